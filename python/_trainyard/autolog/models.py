"""Keeps trained models with the run, within bounds of size, number and time."""

from __future__ import annotations

import gc
import os
import time

from .. import load
from ..session import session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Set

MOST_MODELS = 10
MOST_BYTES = 64 << 20
LARGEST = 32 << 20
# What keeping models may take of the process's time: so much at once, and this share of all of it.
SECONDS_AT_FIRST = 0.5
SHARE_OF_TIME = 0.02

_started = time.monotonic()
_kept = 0
_bytes = 0
_seconds = 0.0
_digests: Set[bytes] = set()


class TooLarge(Exception):
    pass


class Bounded:
    """A file in memory for one model; raises TooLarge where that does not end."""

    def __init__(self) -> None:
        self.pieces: List[bytes] = []
        self.size = 0

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self.size += len(piece)
        if self.size > LARGEST:
            raise TooLarge
        self.pieces.append(piece)
        return len(piece)


def may_keep() -> bool:
    allowed = SECONDS_AT_FIRST + SHARE_OF_TIME * (time.monotonic() - _started)
    return _kept < MOST_MODELS and _bytes < MOST_BYTES and _seconds < allowed


def keep(name: str, write: Callable[[Bounded], object]) -> None:
    """Keeps what `write` writes; nothing where there are too many models, where it is too large, cannot be written, or is the
    same as one that is kept.
    """
    _within_bounds(lambda: _keep_written(name, write))


def keep_file(name: str, save: Callable[[str], object]) -> None:
    """Keeps the file that `save` makes at the path that it is given, which ends as `name` does."""
    _within_bounds(lambda: _keep_saved(name, save))


def _within_bounds(keep_one: Callable[[], int]) -> None:
    """:param keep_one: answers the bytes that it kept"""
    global _kept, _bytes, _seconds
    if not may_keep():
        return
    start = time.monotonic()
    try:
        size = keep_one()
        if size > 0:
            _kept += 1
            _bytes += size
    finally:
        _seconds += time.monotonic() - start


def _keep_written(name: str, write: Callable[[Bounded], object]) -> int:
    model = Bounded()
    collects = gc.isenabled()
    # The many small objects of a pickle would set off a search through all objects of the script, which takes far longer.
    gc.disable()
    try:
        write(model)
    except Exception:
        return 0  # Too large, or holds what cannot be pickled: a lambda, a lock. The library would say the same.
    finally:
        if collects:
            gc.enable()
    content = b"".join(model.pieces)
    artifacts = load("artifacts")
    digest = artifacts.hashlib.sha256(content).digest()
    if digest in _digests:
        return 0
    _digests.add(digest)
    artifacts.keep_content(session, content, name, "model")
    return len(content)


def _keep_saved(name: str, save: Callable[[str], object]) -> int:
    if session.open() is None or session.folder is None:
        return 0
    folder = os.path.join(session.folder, "artifacts")
    os.makedirs(folder, exist_ok=True)
    draft = os.path.join(folder, ".draft-%d-%s-%s" % (os.getpid(), os.urandom(4).hex(), name.rpartition("/")[2]))
    try:
        save(draft)
        size = os.path.getsize(draft)
        if size > LARGEST:
            return 0
        load("artifacts").keep(session, draft, name, "model")
        return size
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)
