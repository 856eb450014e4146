"""The last records of a run that a script began."""

from __future__ import annotations

import sys

from . import load
from .session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def end(ended: Session, name: str, error: Optional[BaseException]) -> None:
    """
    :param error: what left the ``with`` block
    """
    if ended.ended is not None or ended.hopeless:
        return
    try:
        if ended.role == "main" or ended.journal is not None:
            _last_records(ended, error)
    finally:
        ended.finish(name)


def _last_records(ended: Session, error: Optional[BaseException]) -> None:
    failed = error is not None and not isinstance(error, (SystemExit, GeneratorExit))
    if failed and error is not None:
        ended.record("exception", **load("exceptions").describe(error, ended.cwd))
    if ended.role == "main":
        load("ending").record_environment(ended)
    ended.record("end", exitCode=_code(error), peakMemoryBytes=None, cpuSeconds=None)


def _code(error: Optional[BaseException]) -> int:
    if error is None or isinstance(error, GeneratorExit):
        return 0
    if isinstance(error, SystemExit):
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) if sys.platform == "win32" else (error.code or 0) & 0xFF
        return 1
    return 130 if isinstance(error, KeyboardInterrupt) else 1
