"""Stands in the place of `open`, tells what was opened, and is otherwise the same to whoever looks."""

from __future__ import annotations

import os
import sys
from _functools import partial

from . import load
from .wrapping import failed, hide_wrapper, without_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Set, Tuple

# Paths that need not be looked at again, by the mode that they were opened with; and folders, as the paths name them.
_known: Dict[str, Set[str]] = {mode: set() for mode in ("r", "rb", "rt", "w", "wb", "wt", "a", "ab")}
silent_folders: Dict[str, Set[str]] = {mode: set() for mode in _known}
MOST_KNOWN = 20_000
_KEPT = (("bz2", "_builtin_open"), ("tokenize", "_builtin_open"), ("tarfile", "bltn_open"))
_NOTHING = object()


class Builtin(partial):  # type: ignore[type-arg]
    """A function that is written in C, with something done around it.

    A partial object is called faster than any other that can be given the looks of one, and that does not become a
    method where a class keeps it.
    """

    def __init__(self, call: Callable[..., Any], original: Any) -> None:
        for name in ("__name__", "__qualname__", "__module__", "__doc__", "__text_signature__", "__self__"):
            setattr(self, name, getattr(original, name, None))
        self.__wrapped__ = original

    def __new__(cls, call: Callable[..., Any], original: Any) -> Builtin:
        return super().__new__(cls, call)

    @property  # type: ignore[misc,unused-ignore]
    def __class__(self) -> Any:
        return type(self.__wrapped__)

    def __get__(self, instance: object, owner: Optional[type] = None) -> Builtin:
        return self

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __reduce__(self) -> str:  # type: ignore[override,unused-ignore]
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
    replacement = Builtin(without_frame(call), real)
    for holder, name in holders:
        if getattr(holder, name, None) is real:
            setattr(holder, name, replacement)


def _around_open(real: Any) -> Any:
    always_warns = bool(getattr(sys.flags, "warn_default_encoding", 0))
    known, known_texts, silent, fspath, kind_of = _known, _known["r"], silent_folders, os.fspath, type

    # With the arguments by name: keyword arguments as a dictionary would cost more than everything else here.
    def open(
        file: Any = _NOTHING,
        mode: str = "r",
        buffering: int = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: bool = True,
        opener: Any = None,
        *more: Any,
    ) -> Any:
        try:
            kind = kind_of(file)
            if kind is not str and kind is not int:
                try:
                    file = fspath(file)
                    kind = kind_of(file)
                except TypeError:
                    kind = None  # A number of another kind, or what the real one complains about.
            if kind is str:
                if mode == "r":
                    if file in known_texts and not more:
                        return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
                elif kind_of(mode) is str and mode in known and file in known[mode] and buffering != 1 and not more:
                    return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
                if kind_of(mode) is str and mode in silent and file.rpartition("/")[0] in silent[mode]:
                    if buffering != 1 and not more and not always_warns:
                        return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            elif kind is int:
                if kind_of(mode) is str and mode in known and buffering != 1 and not more and not always_warns:
                    return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            if file is _NOTHING:
                return real()
            if always_warns or more or buffering == 1 or kind_of(file) is bool or kind_of(mode) is str and "U" in mode:
                result = _as_the_caller(real, (file, mode, buffering, encoding, errors, newline, closefd, opener, *more))
            else:
                result = real(file, mode, buffering, encoding, errors, newline, closefd, opener)
        except BaseException as error:
            hide_wrapper(error)
            raise
        # An opener may have taken the path for something else than where it leads from here.
        if isinstance(file, (str, bytes)) and (opener is None or os.path.exists(file)):
            _note(file, mode, always_warns)
        return result

    return open


_opened: Optional[Callable[[str, str], None]] = None


def _note(path: Any, mode: str, always_warns: bool) -> None:
    global _opened
    try:
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if path.endswith(".pyc"):
            return
        if _opened is None:
            _opened = getattr(load("files"), "opened", None)
            if _opened is None:
                return  # It is being loaded, and Python opened a file for that.
        _opened(path, mode)
        if mode in _known and not always_warns:
            paths = _known[mode]
            if len(paths) >= MOST_KNOWN:
                paths.clear()
            paths.add(path)
    except Exception as error:
        failed("open", error)


def _as_the_caller(real: Any, given: Tuple[Any, ...]) -> Any:
    """Calls a function from a frame that looks like the script's: where `open` warns, it names the frame that called it."""
    frame = sys._getframe(2)
    place = {"co_filename": frame.f_code.co_filename, "co_name": frame.f_code.co_name, "co_firstlineno": frame.f_lineno}
    call: Any = lambda real, given: real(*given)  # noqa: E731
    try:
        return type(call)(call.__code__.replace(**place), frame.f_globals)(real, given)
    except BaseException as error:
        hide_wrapper(error)
        hide_wrapper(error)
        raise


def _around_chdir(real: Any) -> Any:
    def chdir(*given: Any, **named: Any) -> Any:
        _tell_files("flush")  # What waits has paths that lead from here.
        try:
            result = real(*given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        for paths in (*_known.values(), *silent_folders.values()):
            paths.clear()
        _tell_files("forget_relative_paths")
        return result

    return chdir


def _tell_files(what: str) -> None:
    """Calls a function of ours where a file was told of already."""
    try:
        getattr(sys.modules.get("_trainyard.files"), what, int)()
    except Exception as error:
        failed("chdir", error)
