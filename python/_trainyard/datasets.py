"""What a script names as the data that it works on."""

from __future__ import annotations

import hashlib
import os

from . import load
from .variables import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple

    from .session import Session

# Larger files are left to the supervisor, which has time.
MOST_BYTES = 256 << 20
MOST_FILES = 1_000
_CHUNK = 1 << 20


def tell(to: Session, data: Any, name: Optional[str]) -> None:
    if isinstance(data, (str, os.PathLike)):
        _tell_path(to, os.path.abspath(os.fsdecode(os.fspath(data))), name)
        return
    shape, digest, size = described(data)
    called = str(name) if name is not None else type_name(type(data))
    to.record("dataset", name=called, path=None, sha256=digest, bytes=size, shape=shape, type=type_name(type(data)))


def _tell_path(to: Session, path: str, name: Optional[str]) -> None:
    called = str(name) if name is not None else os.path.basename(path)
    if not os.path.exists(path):
        to.warn("artifact-missing", path=path)
        return
    load("files").read(path, "trainyard.dataset")
    digest, size = hash_of_folder(path) if os.path.isdir(path) else hash_of_file(path)
    to.record("dataset", name=called, path=path, sha256=digest, bytes=size, shape=None, type=None)


def hash_of_file(path: str) -> Tuple[Optional[str], int]:
    size = os.path.getsize(path)
    if size > MOST_BYTES:
        return None, size
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest(), size


def hash_of_folder(path: str) -> Tuple[Optional[str], int]:
    """Over the sorted relative names and the hashes of the files' bytes."""
    files: List[str] = []
    for current, folders, names in os.walk(path):
        folders.sort()
        files += [os.path.join(current, each) for each in sorted(names)]
        if len(files) > MOST_FILES:
            return None, 0
    size = sum([os.path.getsize(each) for each in files if os.path.isfile(each)])
    if size > MOST_BYTES:
        return None, size
    digest = hashlib.sha256()
    for each in sorted(files):
        inner = hash_of_file(each)[0] if os.path.isfile(each) else ""
        relative = os.path.relpath(each, path).replace(os.sep, "/")
        digest.update(("%s\0%s\n" % (relative, inner)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest(), size


def described(data: Any) -> Tuple[Optional[List[int]], Optional[str], Optional[int]]:
    """Shape, hash and bytes of what is in memory. The hash is over names, types and values; it knows nothing of indexes."""
    shape = getattr(data, "shape", None)
    sizes = [int(size) for size in shape] if isinstance(shape, tuple) else None
    if hasattr(data, "detach"):
        data = data.detach().cpu().numpy()
    if hasattr(data, "tobytes") and hasattr(data, "dtype"):
        digest = hashlib.sha256(("%s %s\n" % (data.dtype, sizes)).encode("ascii", "replace"))
        digest.update(data.tobytes())
        return sizes, digest.hexdigest(), int(data.nbytes)
    tables = load("tables")
    columns = tables.columns_of(data)
    if columns is None:
        names, rows = tables.rows_of(data, None)
        columns = [(each, [row[place] for row in rows]) for place, each in enumerate(names)]
    if sizes is None:
        sizes = [len(columns[0][1]) if columns else 0, len(columns)]
    digest = hashlib.sha256()
    for each, values in columns:
        digest.update(("%s\n" % each).encode("utf-8", "surrogatepass"))
        digest.update(tables.as_json_lines([[value] for value in values]).encode("utf-8", "surrogatepass"))
    return sizes, digest.hexdigest(), None
