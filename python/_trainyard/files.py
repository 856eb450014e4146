"""Which files this process read and wrote, told once each in a journal of their own, ``files-….jsonl``."""

from __future__ import annotations

import atexit
import os
import stat
import sys
import time
from _thread import RLock

from . import load
from .callers import said_by_callers
from .json_text import quote
from .left_out import is_left_out, is_left_out_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set, Tuple

    from .journal import Journal

    Said = Tuple[str, Optional[str], Optional[str]]

READ = "read"
WRITE = "write"
# So many files of one folder are told one by one, then the folder is.
MOST_OF_A_FOLDER = 1_000
# So many files, and folders, of one process; then what they lie in is told, and then nothing more.
MOST_FILES = 20_000
MOST_FOLDERS = 1_000
# So many are told at once and with their size. Those that follow are told in groups: when a group is full, when a file
# comes so much time after the group's first, and when the process ends.
PROMPT = 100
GROUP = 64
PATIENCE_NANOSECONDS = 200_000_000


def read(path: Any, by: str, format: Optional[str] = None) -> None:
    """Notes that a file, or a folder as one thing, was read. Never raises.

    :param path: text, bytes or a path object; what is no path of a file system (a URL, a buffer) is passed over
    :param by: who read it, as a person would write the call: ``open``, ``pandas.read_parquet``
    """
    _tell(path, READ, (by, None, format))


def wrote(path: Any, by: str, what: Optional[str] = None, format: Optional[str] = None) -> None:
    """Notes that a file, or a folder as one thing, was written; call it when it is there. Never raises.

    :param what: ``model``, ``figure`` or ``data`` where the call says it
    :param format: ``png``, ``sklearn``, ``torch``, ``parquet``…
    """
    _tell(path, WRITE, (by, what, format))


def opened(path: str, mode: str) -> None:
    """Notes what `open` was given, after it succeeded."""
    head, name = os.path.split(path) if os.sep == "\\" else _split(path)
    folder = _folders.get(head) or _folder_at(head)
    for access in _ACCESSES.get(mode) or _accesses(mode):
        if access not in folder.silent and name not in folder.told[access]:
            said = said_by_callers(_OPEN, name, access == WRITE)
            if said is not None:
                folder.note(name, access, said)


def forget_relative_paths() -> None:
    """To be called when the working folder has changed."""
    _folders.clear()
    known.clear()


def flush() -> None:
    """Writes what waits to be written. A signal handler may come in between, and open files itself."""
    with _state.lock:
        if _state.flushing or not _state.waiting:
            return
        _state.flushing = True
        try:
            waiting = list(_state.waiting)
            del _state.waiting[: len(waiting)]
            _write(waiting)
        finally:
            _state.flushing = False


_OPEN: Said = ("open", None, None)
# What libraries were called with and need not be looked at again.
known: Set[Any] = set()
_ACCESSES = {"r": (READ,), "rb": (READ,), "w": (WRITE,), "wb": (WRITE,)}


def _split(path: str) -> Tuple[str, str]:
    head, slash, name = path.rpartition("/")
    return head or slash, name


def _accesses(mode: str) -> Tuple[str, ...]:
    if "r" in mode or "U" in mode:
        return (READ, WRITE) if "+" in mode else (READ,)
    return (READ, WRITE) if "a" in mode and "+" in mode else (WRITE,)


class _Folder:
    def __init__(self, path: str) -> None:
        self.path = path
        self.prefix = os.path.join(path, "")
        self.left_out = is_left_out_folder(path)
        # The accesses that `open` need not tell of any more.
        self.silent: Set[str] = {READ, WRITE} if self.left_out else set()
        self.told: Dict[str, Dict[str, Said]] = {READ: {}, WRITE: {}}

    def note(self, name: str, access: str, said: Said, info: Optional[os.stat_result] = None) -> None:
        path = self.prefix + name
        if is_left_out(path, name):
            return
        with _state.lock:
            told = self.told[access]
            before = told.get(name)
            if before is None and not self.takes_one_more(access) and said[1] is None:
                return
            if before is None or before != said and (before == _OPEN or said[1:] != (None, None)):
                told[name] = said
                _append(path, access, said, info)

    def takes_one_more(self, access: str) -> bool:
        """Counts a file; where it is one too many, tells of the folder instead."""
        if len(self.told[access]) < MOST_OF_A_FOLDER and _state.files < MOST_FILES:
            _state.files += 1
            return True
        self.silent.add(access)
        tell_folder(self.path, access, _OPEN)
        return False


class _State:
    def __init__(self) -> None:
        self.folders: Dict[str, _Folder] = {}
        self.told_folders: Dict[Tuple[str, str], Said] = {}
        self.files = 0
        self.begin()

    def begin(self) -> None:
        self.lock = RLock()
        self.journal: Optional[Journal] = None
        self.hopeless = False
        self.prompt = PROMPT
        self.flushing = False
        self.waiting: List[str] = []
        self.since = 0

    def after_fork(self) -> None:
        """A forked child tells what it does itself, in a file of its own."""
        journal = self.journal
        self.begin()
        if journal is not None:
            journal.close()

    def at_exit(self) -> None:
        flush()
        self.prompt = MOST_FILES


_state = _State()
# Folders as paths name them: relative to the working folder, or not.
_folders: Dict[str, _Folder] = {}


def _folder_at(head: str) -> _Folder:
    path = os.path.abspath(head or os.curdir)
    with _state.lock:
        folder = _state.folders.get(path)
        if folder is None:
            folder = _Folder(path)
            if len(_state.folders) < MOST_FILES:
                _state.folders[path] = folder
        if len(_folders) < MOST_FILES:
            _folders[head] = folder
        return folder


def _tell(path: Any, access: str, said: Said) -> None:
    try:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        text = os.fsdecode(path)
        if "://" in text:
            return
        whole = os.path.abspath(text)
        try:
            info = os.stat(whole)
        except OSError:
            return
        if stat.S_ISDIR(info.st_mode):
            if not is_left_out_folder(whole):
                tell_folder(whole, access, said)
        else:
            head, name = os.path.split(whole)
            folder = _folders.get(head) or _folder_at(head)
            if not folder.left_out:
                folder.note(name, access, said, info)
    except Exception as error:
        load("wrapping").failed("files." + access, error)


def tell_folder(path: str, access: str, said: Said) -> None:
    told = _state.told_folders
    with _state.lock:
        if len(told) >= MOST_FOLDERS:
            path = os.path.dirname(path)
        before = told.get((path, access))
        if before is None and len(told) < 2 * MOST_FOLDERS or before is not None and before == _OPEN and said != _OPEN:
            told[path, access] = said
            _write([_record("folder", path, access, said, "")])


def _append(path: str, access: str, said: Said, info: Optional[os.stat_result]) -> None:
    if _state.prompt > 0 or info is not None:
        try:
            info = info or os.stat(path)
        except OSError:
            return  # It is gone already.
        if not stat.S_ISREG(info.st_mode):
            return
        _state.prompt -= 1
        size = ',"bytes":%d,"modified":%d' % (info.st_size, info.st_mtime_ns // 1000)
        flush()
        _write([_record("file", path, access, said, size)])
        return
    now = time.monotonic_ns()
    if not _state.waiting:
        _state.since = now
        _flush_at_the_end_of_a_worker()
    record = _record("file", path, access, said, ',"bytes":null,"modified":null')
    _state.waiting.append(record)
    if len(_state.waiting) >= GROUP or now - _state.since > PATIENCE_NANOSECONDS:
        flush()


def _flush_at_the_end_of_a_worker() -> None:
    """A worker of multiprocessing ends without `atexit`."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None and load("session").session.role == "child":
        util.Finalize(None, flush, exitpriority=0)


def _record(kind: str, path: str, access: str, said: Said, more: str) -> str:
    journal = _journal()
    by, what, format = said
    return '{"kind":"%s","t":%d,"path":%s,"access":"%s","by":%s%s,"what":%s,"format":%s}' % (
        kind,
        journal.elapsed() if journal is not None else 0,
        quote(path),
        access,
        quote(by),
        more,
        quote(what) if what is not None else "null",
        quote(format) if format is not None else "null",
    )


def _journal() -> Optional[Journal]:
    """Made at the first call; None where there can be none, and while it is being made."""
    if _state.journal is None and not _state.hopeless:
        session = load("session").session
        _state.hopeless = True
        if session.folder is not None:
            try:
                _state.journal = load("journal").Journal(session.folder, session.identity(), "files")
            except OSError as error:
                session.unwritable(error)
    return _state.journal


def _write(records: List[str]) -> None:
    journal = _journal()
    if journal is not None:
        try:
            journal.write_texts(records)
        except OSError as error:
            load("session").session.unwritable(error)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_state.after_fork)
atexit.register(_state.at_exit)
