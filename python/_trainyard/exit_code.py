"""What a script that nobody supervises ends with, as far as it can be seen from inside."""

from __future__ import annotations

import functools
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn, Optional

_main: Optional[FrameType] = None
_asked: Optional[int] = None


def watch() -> None:
    """Remembers the script's own frame, whose last instruction says how it was left, and what sys.exit is given."""
    global _main
    _main = _script_frame()
    original = sys.exit

    @functools.wraps(original)
    def exit(*status: Any) -> NoReturn:
        global _asked
        if threading.current_thread() is threading.main_thread():
            _asked = _code(status[0] if status else None)
        original(*status)

    sys.exit = exit


def seen(error: Any) -> Optional[int]:
    """The exit code; None where the script was left by a SystemExit that it raised itself."""
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, BaseException) and not isinstance(error, SystemExit):
        return 1
    if _main is None:
        return 0
    from opcode import opname

    reached_its_end = opname[_main.f_code.co_code[_main.f_lasti]].startswith("RETURN")
    return 0 if reached_its_end else _asked


def _script_frame() -> Optional[FrameType]:
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    found = None
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            found = frame
        frame = frame.f_back
    return found


def _code(status: Any) -> int:
    if status is None:
        return 0
    if isinstance(status, int):
        return status if sys.platform == "win32" else status & 0xFF
    return 1
