"""What happens in a tracked process before its script starts."""

from __future__ import annotations

import os
import sys

from . import load
from .ranks import own_rank


def start() -> None:
    _show_output_live()
    unwanted = sys.dont_write_bytecode
    sys.dont_write_bytecode = False  # The compiled files of this folder are its own, and save the half of the time.
    try:
        parent = os.environ.get("TRAINYARD_PARENT_PID")
        if not parent or parent == str(os.getpid()) or own_rank()[1]:
            _start_main()
        load("after_import").watch()
        load("opening").watch_open()
    finally:
        sys.dont_write_bytecode = unwanted


def _start_main() -> None:
    for name in ("client", "journal", "exceptions", "arguments", "files"):
        load(name)
    if "TRAINYARD_DEBUGGER" in os.environ:
        load("debugging").attach()
    load("packages").loaded_before.update(sys.modules)
    load("session").session.claim()
    load("ending").register()


def _show_output_live() -> None:
    """Flushes by line what goes to the run's output files: a file would be written in blocks of 8 KiB."""
    folder = os.environ["TRAINYARD_RUN_DIR"]
    for stream, name in ((sys.stdout, "stdout.log"), (sys.stderr, "stderr.log")):
        try:
            if os.path.samestat(os.fstat(stream.fileno()), os.stat(os.path.join(folder, name))):
                stream.reconfigure(line_buffering=True)  # type: ignore[union-attr,unused-ignore]
        except (AttributeError, OSError, ValueError):
            pass  # Closed, or not a file of this run.
