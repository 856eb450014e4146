"""Records what a training run logs, as records in the run's folder. Nothing here can fail the script that calls it.

Under ``trainyard run`` or VS Code the calls belong to the run that was started. In any other script the first call opens a
run by itself, in the nearest store: ``.trainyard`` upwards of the working folder, else one at the git root, else one here.
"""

try:
    import _trainyard
except (EOFError, ValueError):  # A full disk once cut its compiled file short.
    import os
    from importlib.util import cache_from_source

    os.unlink(cache_from_source(os.path.join(os.path.dirname(os.path.dirname(__file__)), "_trainyard", "__init__.py")))
    import _trainyard

for _name in ("client", "functions", "runs", "track"):
    _trainyard.load(_name)

from _trainyard.functions import artifact, dataset, figure, image, log, model, params, run, table, tag
from _trainyard.runs import Run
from _trainyard.track import track

__version__ = _trainyard.VERSION

__all__ = [
    "Run",
    "__version__",
    "artifact",
    "dataset",
    "figure",
    "image",
    "log",
    "model",
    "params",
    "run",
    "table",
    "tag",
    "track",
]
