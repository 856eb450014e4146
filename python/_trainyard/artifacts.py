"""Copies of files in the run's folder."""

from __future__ import annotations

import hashlib
import os
import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional, Tuple

    from .session import Session

LONGEST_PART = 200
_CHUNK = 1 << 20
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {p + str(n) for p in ("com", "lpt") for n in range(10)}


def keep(session: Session, path: Any, name: Optional[str], kind: str) -> None:
    source = os.fspath(path)
    if isinstance(source, bytes):
        source = os.fsdecode(source)
    if not os.path.exists(source):
        session.warn("artifact-missing", path=source)
        return
    if session.open() is None or session.folder is None:
        return
    called = str(name) if name is not None else os.path.basename(os.path.abspath(source))
    if os.path.isdir(source):
        for file, relative in _files(source):
            _keep_file(session, file, called + "/" + relative, kind)
    else:
        _keep_file(session, source, called, kind)


def _files(folder: str) -> Iterator[Tuple[str, str]]:
    for current, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = os.path.join(current, name)
            if os.path.isfile(file):
                yield file, os.path.relpath(file, folder).replace(os.sep, "/")


def _keep_file(session: Session, source: str, name: str, kind: str) -> None:
    _place(session, lambda draft: _copy(source, draft), name, kind)


def keep_content(
    session: Session, content: bytes, name: str, kind: str, place: Optional[str] = None, step: Optional[int] = None
) -> None:
    """Keeps bytes as a file of the run, under a name as `keep` gives one.

    :param place: where below the run's artifacts, the name by default
    :param step: of a picture that is one of several of its name
    """
    if session.open() is not None and session.folder is not None:
        _place(session, lambda draft: _write(content, draft), name, kind, place, step)


def _place(
    session: Session,
    make: Callable[[str], Tuple[str, int]],
    name: str,
    kind: str,
    at: Optional[str] = None,
    step: Optional[int] = None,
) -> None:
    assert session.folder is not None
    root = os.path.join(session.folder, "artifacts")
    wanted = safe_path(at or name)
    target = os.path.join(root, *wanted.split("/"))
    os.stat(session.folder)  # A run's folder that was deleted does not come back.
    os.makedirs(os.path.dirname(target), exist_ok=True)
    draft = os.path.join(root, ".draft-%d-%s" % (os.getpid(), os.urandom(4).hex()))
    try:
        digest, size = make(draft)
        place = _settle(draft, target, digest)
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)
    path = os.path.relpath(place, session.folder).replace(os.sep, "/")
    more = {} if step is None else {"step": step}
    session.record("artifact", name=name, type=str(kind), path=path, sha256=digest, bytes=size, **more)


def safe_path(name: str) -> str:
    """A relative path that stays in its folder on every platform, as near to the name as can be."""
    parts = [_safe_part(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "artifact"


def _safe_part(part: str) -> str:
    safe = "".join(["_" if c in '<>:"|?*' or unicodedata.category(c)[0] == "C" else c for c in part])
    if safe[-1] in ". ":
        safe = safe[:-1] + "_"
    if safe.split(".")[0].strip().lower() in _RESERVED or safe.startswith(".draft-"):
        safe = "_" + safe
    if len(safe.encode("utf-8")) <= LONGEST_PART:
        return safe
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = safe, "", ""
    mark = "~" + hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return stem.encode("utf-8")[: LONGEST_PART - 40].decode("utf-8", "ignore") + mark + dot + ending


def _copy(source: str, draft: str) -> Tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with open(source, "rb") as reader, open(draft, "xb") as writer:
        while True:
            chunk = reader.read(_CHUNK)
            if not chunk:
                return digest.hexdigest(), size
            digest.update(chunk)
            size += len(chunk)
            writer.write(chunk)


def _write(content: bytes, draft: str) -> Tuple[str, int]:
    with open(draft, "xb") as writer:
        writer.write(content)
    return hashlib.sha256(content).hexdigest(), len(content)


def _settle(draft: str, target: str, digest: str) -> str:
    """Gives the copy its name, or another where that is taken by other content: what was kept earlier stays."""
    stem, ending = os.path.splitext(target)
    number = 1
    place = target
    while True:
        try:
            _move_if_free(draft, place)
            return place
        except FileExistsError:
            if os.path.isfile(place) and _digest(place) == digest:
                return place
        number += 1
        place = "%s-%d%s" % (stem, number, ending)


def _move_if_free(draft: str, place: str) -> None:
    try:
        os.link(draft, place)
    except FileExistsError:
        raise
    except OSError:  # A file system without hard links.
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        os.replace(draft, place)


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()
