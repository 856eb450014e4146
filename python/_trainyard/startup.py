"""What happens in a tracked process before its script starts."""

from __future__ import annotations

import errno
import os
import sys
from _frozen_importlib_external import cache_from_source  # type: ignore[attr-defined,unused-ignore]

from . import load
from .ranks import own_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple

# Loaded at once: a process that is forked while a thread loads a module could never load it.
_AT_ONCE = ("journal", "files", "masking")
# What scripts come to need otherwise, as they parse their arguments and at their end.
_LATER = ("client", "exceptions", "arguments", "packages")


def start(compiles_nothing: bool) -> None:
    """
    :param compiles_nothing: whether this Python may write no compiled files after its start
    """
    _show_output_live()
    if compiles_nothing:
        _compile_once()
    parent = os.environ.get("TRAINYARD_PARENT_PID")
    if not parent or parent == str(os.getpid()) or own_rank()[1]:
        _start_main()
    load("after_import").watch()
    load("opening").watch_open()


def _compile_once() -> None:
    """What is loaded later then finds its compiled files."""
    folder = os.path.dirname(__file__)
    if not os.path.exists(cache_from_source(os.path.join(folder, _LATER[-1] + ".py"))):
        for name in _LATER:
            load(name)


def _start_main() -> None:
    for name in _AT_ONCE:
        load(name)
    if "TRAINYARD_DEBUGGER" in os.environ:
        load("debugging").attach()
    load("session").session.claim()
    load("ending").register()
    load("ending").loaded_before.update(sys.modules)


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
