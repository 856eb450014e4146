"""Which modules are watched: what is called once one of them has been imported.

A line is (module, our module, function). The function gets the module as it lies in `sys.modules`, in every process of
a run, as soon as the module's own code has run, and again after `importlib.reload`. It must not touch an attribute that
would import something: a library that loads its parts when they are asked for is watched by the names of these parts.
"""

# Only as they lie in the standard library's folder: a script may have a module of the same name.
STANDARD_LIBRARY = (("argparse", "arguments", "watch_argparse"),)

LIBRARIES = ()
