"""Connects the script to a debugger that waits for it, before its first line runs."""

from __future__ import annotations

import os
import sys

from . import load


def attach() -> None:
    """Waits until the debugger has set its breakpoints. The variables that ask for it are gone afterwards.

    Debugpy is taken from the debugger's own folder, which is on the path only meanwhile: the script sees the packages that it
    sees otherwise.
    """
    address = os.environ.pop("TRAINYARD_DEBUGGER")
    library = os.environ.pop("TRAINYARD_DEBUGPY", "")
    processes = os.environ.pop("TRAINYARD_DEBUG_PROCESSES", "on") != "off"
    host, _, port = address.rpartition(":")
    quiet = "PYDEVD_DISABLE_FILE_VALIDATION"
    unwanted = os.environ.get(quiet)
    os.environ[quiet] = "1"  # It says at length that breakpoints inside the standard library's frozen modules may be missed.
    sys.path.insert(0, library)
    try:
        import debugpy  # type: ignore[import-not-found,unused-ignore]

        debugpy.configure(subProcess=processes)
        debugpy.connect((host, int(port)))
        debugpy.wait_for_client()
    except Exception as error:
        session = load("session")
        session.session.warn("debugger-failed", problem=session.problem_text(error))
    finally:
        if library in sys.path:
            sys.path.remove(library)
        if unwanted is None:
            os.environ.pop(quiet, None)
