"""Stands in the place of `open`, tells what was opened, and is otherwise the same to whoever looks."""

from __future__ import annotations

import os
import sys

from . import load
from .wrapping import failed, hide_wrapper, without_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Set, Tuple

# What `open` was called with and need not be looked at again: a path, or a path and a mode.
_known: Set[Tuple[Any, ...]] = set()
MOST_KNOWN = 20_000
_KEPT = (("bz2", "_builtin_open"), ("tokenize", "_builtin_open"), ("tarfile", "bltn_open"))


class Builtin:
    """A function that is written in C, with something done around it. No method, where it is kept in a class."""

    def __init__(self, original: Any) -> None:
        for name in ("__name__", "__qualname__", "__module__", "__doc__", "__text_signature__", "__self__"):
            setattr(self, name, getattr(original, name, None))
        self.__wrapped__ = original

    @property  # type: ignore[misc,unused-ignore]
    def __class__(self) -> Any:
        return type(self.__wrapped__)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __reduce__(self) -> str:
        return str(self.__wrapped__.__qualname__)

    def __eq__(self, other: object) -> bool:
        return other is self or other is self.__wrapped__

    def __hash__(self) -> int:
        return hash(self.__wrapped__)


def watch_open() -> None:
    """Replaces `open` wherever Python keeps it, and what changes the working folder."""
    import _io

    holders = [(_io, "open"), (sys.modules["io"], "open"), (sys.modules["builtins"], "open")]
    # Modules that some Pythons load before their scripts, and that keep what they found.
    holders += [(sys.modules.get(module), name) for module, name in _KEPT]
    holders.append((getattr(sys.modules.get("pathlib"), "_NormalAccessor", None), "open"))
    _replace(_io.open, _around_open(_io.open), holders)
    for name in ("chdir", "fchdir"):
        if hasattr(os, name):
            real = getattr(os, name)
            _replace(real, _around_chdir(real), [(os, name), (sys.modules[os.name], name)])


def _replace(real: Any, call: Any, holders: List[Tuple[Any, str]]) -> None:
    replacement = type(real.__name__, (Builtin,), {"__call__": without_frame(call)})(real)
    for holder, name in holders:
        if getattr(holder, name, None) is real:
            setattr(holder, name, replacement)


def _around_open(real: Any) -> Any:
    always_warns = bool(getattr(sys.flags, "warn_default_encoding", 0))

    def call(self: Any, *given: Any, **named: Any) -> Any:
        try:
            if given and type(given[0]) is str and given in _known:
                if not named or "mode" not in named and "buffering" not in named:
                    return real(*given, **named)
            if always_warns or (named or len(given) > 1) and _may_warn(given, named):
                result = _as_the_caller(real, given, named)
            else:
                result = real(*given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        _note(given, named)
        return result

    return call


def _note(given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    try:
        file = given[0] if given else named["file"]
        if isinstance(file, int):
            return
        mode = given[1] if len(given) > 1 else named.get("mode", "r")
        path = file if type(file) is str else os.fsdecode(file)
        if path.endswith(".pyc"):
            return
        if (path, mode) not in _known:
            opened = getattr(load("files"), "opened", None)
            if opened is None:
                return  # It is being loaded, and Python opened a file for that.
            opened(path, mode)
            if len(_known) >= MOST_KNOWN:
                _known.clear()
            _known.add((path, mode))
        if type(file) is str and len(given) < 7 and "mode" not in named and not _may_warn(given, named):
            _known.add(given)
    except Exception as error:
        failed("open", error)


def _may_warn(given: Tuple[Any, ...], named: Dict[str, Any]) -> bool:
    mode = given[1] if len(given) > 1 else named.get("mode", "r")
    buffering = given[2] if len(given) > 2 else named.get("buffering", -1)
    return isinstance(mode, str) and (buffering == 1 and "b" in mode or "U" in mode)


def _as_the_caller(real: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> Any:
    """Calls a function from a frame that looks like the script's: where `open` warns, it names the frame that called it."""
    frame = sys._getframe(2)
    place = {"co_filename": frame.f_code.co_filename, "co_name": frame.f_code.co_name, "co_firstlineno": frame.f_lineno}
    call: Any = lambda real, given, named: real(*given, **named)  # noqa: E731
    try:
        return type(call)(call.__code__.replace(**place), frame.f_globals)(real, given, named)
    except BaseException as error:
        hide_wrapper(error)
        hide_wrapper(error)
        raise


def _around_chdir(real: Any) -> Any:
    def call(self: Any, *given: Any, **named: Any) -> Any:
        try:
            result = real(*given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        _known.clear()
        files = sys.modules.get("_trainyard.files")
        if files is not None:
            files.forget_relative_paths()
        return result

    return call
