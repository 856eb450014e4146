"""Which installed packages a script imported, found without importlib.metadata, whose import alone takes longer."""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Set

# Of this thread's own time; on a machine that does much else it may take several times as long.
PATIENCE_SECONDS = 0.05
SLOWEST = 5


def imported_packages(loaded_before: Set[str], patience: float = PATIENCE_SECONDS) -> Dict[str, str]:
    """Distribution names and versions. What cannot be found within `patience` seconds of the processor is left out.

    :param loaded_before: modules that are no sign of what the script uses
    """
    deadline = time.thread_time() + patience
    latest = time.monotonic() + patience * SLOWEST
    found: Dict[str, str] = {}
    for folder, modules in sorted(_modules_by_folder().items()):
        waiting = set(modules)
        unclear = []
        for information in _distributions(folder):
            stem = os.path.basename(information).rsplit(".", 1)[0]
            name = _normal(stem.split("-")[0])
            matches = {module for module in waiting if _normal(module.split("/")[0]) == name and "/" not in module}
            if matches:
                waiting -= matches
                _add(found, information)
            else:
                unclear.append(information)
        waiting -= loaded_before
        # What is quickly read comes first: the lists of the largest packages are as long as all others together.
        for information in sorted(unclear, key=_size_of_list):
            if not waiting or time.thread_time() > deadline or time.monotonic() > latest:
                break
            matches = _provided(information, waiting)
            if matches:
                waiting -= matches
                _add(found, information)
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def _modules_by_folder() -> Dict[str, Set[str]]:
    """Imported modules by the folder that they are installed in; those of a namespace as `namespace/module`."""
    folders: Dict[str, Set[str]] = {}
    for name, module in list(sys.modules.items()):
        depth = name.count(".")
        if depth > 1:
            continue
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        if depth == 1:
            parent = sys.modules.get(name.split(".")[0])
            if parent is None or getattr(parent, "__file__", None) is not None:
                continue
        place = os.path.dirname(file)
        if os.path.splitext(os.path.basename(file))[0] == "__init__":
            place = os.path.dirname(place)
        if depth == 1:
            place = os.path.dirname(place)
        if os.path.basename(place) in ("site-packages", "dist-packages") or place in sys.path:
            folders.setdefault(place, set()).add(name.replace(".", "/"))
    return folders


def _distributions(folder: str) -> List[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if name.endswith((".dist-info", ".egg-info"))]


def _size_of_list(information: str) -> int:
    try:
        return os.stat(os.path.join(information, "RECORD")).st_size
    except OSError:
        return 0


def _provided(information: str, modules: Set[str]) -> Set[str]:
    listed = _read(os.path.join(information, "top_level.txt"))
    if listed is not None:
        tops = {line.strip().decode("utf-8", "replace") for line in listed.split(b"\n")}
        matches = modules & tops
        if matches or not any("/" in module for module in modules):
            return matches
    record = _read(os.path.join(information, "RECORD")) or b""
    files = b"\n" + record.replace(b"\r\n", b"\n")
    return {module for module in modules if _is_listed(files, module.encode("utf-8"))}


def _is_listed(files: bytes, module: bytes) -> bool:
    endings = (b"/__init__.", b".py,", b".cpython-", b".abi3.", b".so,", b".pyd,")
    return any(b"\n" + module + ending in files for ending in endings)


def _add(found: Dict[str, str], information: str) -> None:
    text = _read(os.path.join(information, "METADATA"), 4096) or _read(os.path.join(information, "PKG-INFO"), 4096)
    if text is None and os.path.isfile(information):
        text = _read(information, 4096)
    fields: Dict[str, str] = {}
    for line in (text or b"").decode("utf-8", "replace").splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            break
        fields.setdefault(key.lower(), value.strip())
    if "name" in fields and "version" in fields:
        found[fields["name"]] = fields["version"]


def _read(path: str, limit: int = -1) -> Optional[bytes]:
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except OSError:
        return None


def _normal(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()
