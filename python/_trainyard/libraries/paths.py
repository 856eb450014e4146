"""Local files among what a library was given as its source or target."""

from __future__ import annotations

import os
import sys
from itertools import islice

from .. import load
from ..callers import said_by_callers
from ..files import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional

# Of a folder or a pattern, enough that `files` says the folder and no more names.
MOST_FILES = 1_001
MOST_KNOWN = 20_000


def read(value: Any, by: str) -> None:
    """Records what `value` names: a path, a pattern, a folder with the files below it, or a list of those."""
    key = _key(value, "")
    if key in known:
        return
    found = expanded(value)
    said = said_by_callers((by, None, None), found[0], False) if found else None
    if said is not None:
        for path in found:
            load("files").read(path, said[0])
        if len(found) == 1 and os.path.isfile(found[0]):
            _remember(key)


def wrote(value: Any, by: str, what: Optional[str] = None, format: Optional[str] = None) -> None:
    """Records a file, or all files in a folder, with what the call says it is."""
    key = _key(value, what or by)
    path = local_path(value) if key not in known else None
    said = said_by_callers((by, what, format), path, True) if path is not None else None
    if path is None or said is None:
        return
    by, what, format = said
    for file in _files_below(path) if os.path.isdir(path) else [path]:
        load("files").wrote(file, by, *load("file_roles").role_of([], file, what, format))
    if os.path.isfile(path):
        _remember(key)


def _key(value: Any, role: str) -> Any:
    """Libraries are called in loops: what they were given before need not be looked at."""
    kind = type(value)
    if kind is str:
        return role, value
    if kind is list and len(value) == 1 and type(value[0]) is str:
        return role, value[0]
    return (role, os.fspath(value)) if isinstance(value, os.PathLike) else None


def _remember(key: Any) -> None:
    if key is not None and len(known) < MOST_KNOWN:
        known.add(key)


def local_path(value: Any) -> Optional[str]:
    """The path of a local file; None for an address, for bytes that are content, and for everything that is no path."""
    if not isinstance(value, (str, os.PathLike)):
        return None
    path = os.fspath(value)
    if not isinstance(path, str) or not path or "\0" in path or "\n" in path:
        return None
    if path.startswith("file://"):
        path = path[len("file://") :]
    elif "://" in path[:20]:
        return None
    return os.path.expanduser(path)


def expanded(value: Any) -> List[str]:
    """The existing files that a source means, at most `MOST_FILES`."""
    found: List[str] = []
    for one in value if isinstance(value, (list, tuple)) else [value]:
        path = local_path(one)
        if path is None or len(found) >= MOST_FILES:
            continue
        if os.path.isfile(path):
            found.append(path)
        elif os.path.isdir(path):
            found.extend(_files_below(path))
        elif "*" in path or "?" in path or "[" in path:
            found.extend(_matches(path))
    return found[:MOST_FILES]


def _files_below(folder: str) -> Iterator[str]:
    number = 0
    for current, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.startswith((".", "_")):
                continue
            yield os.path.join(current, name)
            number += 1
            if number >= MOST_FILES:
                return


def _matches(pattern: str) -> List[str]:
    # A script may have a module that is called glob or pathlib; libraries that take patterns have the real one.
    pathlib = sys.modules.get("pathlib")
    if pathlib is None:
        return []
    start, rest = os.path.split(pattern)
    while "*" in start or "?" in start or "[" in start:
        start, part = os.path.split(start)
        rest = os.path.join(part, rest)
    found = pathlib.Path(start or os.curdir).glob(rest)
    return sorted([str(path) for path in islice(found, MOST_FILES) if path.is_file()])
