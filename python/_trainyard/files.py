"""Which files this process read and wrote, told once each in a journal of their own, ``files-….jsonl``."""

from __future__ import annotations

import atexit
import os
import stat
import sys
import time
from _thread import RLock

from . import load
from .callers import is_library, said_by_callers
from .file_records import READ, WRITE, close_journal, record_text, write
from .left_out import is_left_out, is_left_out_folder
from .opening import silent_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set, Tuple, Union

    from .file_records import Said

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
    """Notes what `open` was given, after it succeeded; for what stands around `open`, two frames further out."""
    if _state.prompt <= 0 and not is_library(sys._getframe(3).f_code.co_filename):
        # Most files of most trainings: little is done for each, and the rest for many of them at once.
        _wait((path, mode, time.monotonic_ns()))
        return
    head, name = _split(path)
    folder = _folders.get(head) or _folder_at(head)
    for access in _accesses_of_open(folder, head, mode):
        if name not in folder.told[access]:
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
            records: List[str] = []
            for entry in waiting:
                if isinstance(entry, str):
                    records.append(entry)
                else:
                    _describe(*entry, records)
            write(records)
        finally:
            _state.flushing = False


_OPEN: Said = ("open", None, None)
_NOT_LOOKED_AT = ',"bytes":null,"modified":null'
# What libraries were called with and need not be looked at again.
known: Set[Any] = set()
_ACCESSES = {"r": (READ,), "rb": (READ,), "w": (WRITE,), "wb": (WRITE,)}


def _split(path: str) -> Tuple[str, str]:
    if os.sep == "\\":
        return os.path.split(path)
    head, slash, name = path.rpartition("/")
    return head or slash, name


def _describe(path: str, mode: str, moment: int, records: List[str]) -> None:
    """What `open` was given by the script itself, as records."""
    try:
        head, name = _split(path)
        folder = _folders.get(head) or _folder_at(head)
        for access in _accesses_of_open(folder, head, mode):
            if name not in folder.told[access] and not is_left_out(folder.prefix + name, name):
                if folder.takes(name, access, _OPEN):
                    records.append(record_text("file", folder.prefix + name, access, _OPEN, _NOT_LOOKED_AT, moment))
    except Exception as error:
        load("wrapping").failed("open", error)


def _accesses_of_open(folder: _Folder, head: str, mode: str) -> List[str]:
    """What is to be told of a mode. Where that is nothing, `open` need not ask again for this folder."""
    accesses = [access for access in _ACCESSES.get(mode) or _accesses(mode) if access not in folder.silent]
    if not accesses and mode in silent_folders and head.strip("/"):
        silent_folders[mode].add(head)
    return accesses


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
        if not is_left_out(path, name):
            with _state.lock:
                if self.takes(name, access, said):
                    _append(path, access, said, info)

    def takes(self, name: str, access: str, said: Said) -> bool:
        """Whether this is to be told, by what was told of the file before."""
        told = self.told[access]
        before = told.get(name)
        if before is None and not self.takes_one_more(access) and said[1] is None:
            return False
        if before is None or before != said and (before == _OPEN or said[1:] != (None, None)):
            told[name] = said
            return True
        return False

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
        self.prompt = PROMPT
        self.flushing = False
        # Records, and what `open` was given when: path, mode, nanoseconds.
        self.waiting: List[Union[str, Tuple[str, str, int]]] = []
        self.since = 0

    def after_fork(self) -> None:
        """A forked child tells what it does itself, in a file of its own."""
        self.begin()
        close_journal()

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
            write([record_text("folder", path, access, said, "")])


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
        write([record_text("file", path, access, said, size)])
        return
    _wait(record_text("file", path, access, said, _NOT_LOOKED_AT))


def _wait(entry: Union[str, Tuple[str, str, int]]) -> None:
    now = time.monotonic_ns() if isinstance(entry, str) else entry[2]
    if not _state.waiting:
        _state.since = now
        _flush_at_the_end_of_a_worker()
    _state.waiting.append(entry)
    if len(_state.waiting) >= GROUP or now - _state.since > PATIENCE_NANOSECONDS:
        flush()


def _flush_at_the_end_of_a_worker() -> None:
    """A worker of multiprocessing ends without `atexit`."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None and load("session").session.role == "child":
        util.Finalize(None, flush, exitpriority=0)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_state.after_fork)
atexit.register(_state.at_exit)
