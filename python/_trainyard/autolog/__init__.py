"""Records what machine-learning libraries say of a training: parameters, metrics, the model. docs/autolog.md tells what.

The modules are called after the import of what they watch, and import no library themselves. They read what a library
has computed, compute nothing on data, draw no random number, and change no object of the script's.
"""
