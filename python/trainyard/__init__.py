"""Records what a training run logs, as records in the run's folder. Nothing here can fail the script that calls it.

Under ``trainyard run`` or VS Code the calls belong to the run that was started. In any other script the first call opens a
run by itself, in the nearest store: ``.trainyard`` upwards of the working folder, else one at the git root, else one here.
"""

from _trainyard import VERSION as __version__
from _trainyard.client import artifact, log, params, tag

__all__ = ["__version__", "artifact", "log", "params", "tag"]
