"""Keeps trained models with the run, within bounds of size, number and time."""

from __future__ import annotations

import os
import time

from .. import load
from ..session import session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

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


class TooLarge(Exception):
    pass


class Bounded:
    """A file in memory for one model; raises TooLarge where that does not end."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
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
    """Keeps what `write` writes; nothing where there are too many models, where it is too large, or cannot be written."""
    global _seconds
    if not may_keep():
        return
    start = time.monotonic()
    try:
        model = Bounded()
        try:
            write(model)
        except Exception:
            return  # Too large, or holds what cannot be pickled: a lambda, a lock. The library would say the same.
        _put(name, lambda draft: _write_pieces(draft, model))
    finally:
        _seconds += time.monotonic() - start


def keep_file(name: str, save: Callable[[str], object]) -> None:
    """Keeps the file that `save` makes at the path that it is given, which ends as `name` does."""
    global _seconds
    if not may_keep():
        return
    start = time.monotonic()
    try:
        _put(name, save)
    finally:
        _seconds += time.monotonic() - start


def _put(name: str, save: Callable[[str], object]) -> None:
    global _kept, _bytes
    if session.open() is None or session.folder is None:
        return
    folder = os.path.join(session.folder, "artifacts")
    os.makedirs(folder, exist_ok=True)
    draft = os.path.join(folder, ".draft-%d-%s-%s" % (os.getpid(), os.urandom(4).hex(), name.rpartition("/")[2]))
    try:
        save(draft)
        size = os.path.getsize(draft)
        if size <= LARGEST:
            load("artifacts").keep(session, draft, name, "model")
            _kept += 1
            _bytes += size
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)


def _write_pieces(path: str, model: Bounded) -> None:
    with open(path, "xb") as file:
        for piece in model.pieces:
            file.write(piece)
