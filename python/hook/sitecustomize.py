"""Runs in every Python of a tracked run, before its script. Must parse and do no harm on any Python."""

import os
import sys


def _start(folder):
    if not os.environ.get("TRAINYARD_RUN_DIR") or sys.version_info < (3, 8):
        return
    sys.path.append(folder)
    unwanted = sys.dont_write_bytecode
    sys.dont_write_bytecode = False  # The compiled files of this folder are its own, and save the half of the time.
    try:
        _package(folder).load("startup").start(unwanted)
    except Exception as error:
        try:
            sys.stderr.write("trainyard: The Python hook failed: %s: %s\n" % (type(error).__name__, error))
        except Exception:
            pass
    finally:
        sys.dont_write_bytecode = unwanted


def _package(folder):
    try:
        import _trainyard
    except (EOFError, ValueError):  # A full disk once cut its compiled file short.
        from importlib.util import cache_from_source

        os.unlink(cache_from_source(os.path.join(folder, "_trainyard", "__init__.py")))
        import _trainyard
    return _trainyard


def _remove(hook):
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != hook]


_hook = os.path.dirname(os.path.realpath(__file__))
_remove(_hook)
_start(os.path.dirname(_hook))
# The module of this name that would have been found without this one, or the same error where there is none.
del sys.modules["sitecustomize"]
import sitecustomize  # noqa: F401
