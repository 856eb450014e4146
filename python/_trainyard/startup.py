"""What happens in a tracked process before its script starts."""

from __future__ import annotations

import errno
import os
import sys

from . import load
from .ranks import own_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple


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
                _outlast_a_full_disk(stream)
        except (AttributeError, OSError, ValueError):
            pass  # Closed, or not a file of this run.


# The disk is full, the quota is used up, the file may not grow, the disk or the server fails, it was made read-only.
_UNWRITABLE = tuple(
    [getattr(errno, name, -1) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS", "ESTALE")],
)


def _outlast_a_full_disk(
    stream: Any,
    same: Any = os.path.samestat,
    stat: Any = os.fstat,
    bytes_of: Any = memoryview,
    unwritable: Tuple[int, ...] = _UNWRITABLE,
) -> None:
    """Lets a script go on whose output cannot be written: without a run it would have gone to a terminal, which is never full.

    Whoever fills the file by printing loses what is printed. A file that the script put in its place is its own affair.
    """
    raw = getattr(stream.buffer, "raw", stream.buffer)
    write, place = raw.write, stat(raw.fileno())

    def outlast(data: Any) -> Any:
        try:
            return write(data)
        except OSError as error:
            if error.errno not in unwritable or not same(stat(raw.fileno()), place):
                raise
            _tell_unwritable(error)
            return bytes_of(data).nbytes

    raw.write = outlast


def _tell_unwritable(error: OSError) -> None:
    try:
        session = load("session")
        session.session.warn("output-unwritable", problem=session.problem_text(error))
    except Exception:
        pass  # There is nowhere left to say it.
