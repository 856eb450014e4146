"""The inner side of ``trainyard``.

A package of its own, so that the start-up hook works where a script has a module called ``trainyard``. Nothing that runs
before the script may import a module of the standard library that Python has not imported by itself: a script's own
``resource.py`` or ``types.py`` must stay the one that it gets.
"""

VERSION = "0.1.0"
JOURNAL_VERSION = 1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def load(name: str) -> "Any":
    """A module of this package. Where a full disk once cut a compiled file short, it is compiled again."""
    import sys

    whole_name = __name__ + "." + name
    try:
        return __import__(whole_name, fromlist=["*"])
    except (EOFError, ValueError, TypeError):
        _forget_compiled()
    unwanted = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        return __import__(whole_name, fromlist=["*"])
    finally:
        sys.dont_write_bytecode = unwanted


def _forget_compiled() -> None:
    import os

    for folder in __path__:
        cache = os.path.join(folder, "__pycache__")
        for name in os.listdir(cache) if os.path.isdir(cache) else []:
            try:
                os.unlink(os.path.join(cache, name))
            except OSError:
                pass  # Another process was faster, or the folder is not ours: then it stays as it is.
