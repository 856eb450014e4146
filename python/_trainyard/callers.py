"""Who opened a file, as the person who wrote the script would name it: what they called, not what that called in turn."""

from __future__ import annotations

import os
import sys

from . import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from .file_records import Said

MOST_FRAMES = 300
_NESTED = 0x10  # CO_NESTED of a code object: a function that was made in another one, as decorators make them.
_OURS = ("_trainyard", "trainyard")
# What opens files to run them, or to import them.
_PYTHONS_OWN = ("zipimport", "runpy", "pkgutil")
_IMPORTING = ("_frozen_importlib", "_frozen_importlib_external", "importlib._bootstrap", "importlib._bootstrap_external")
_WATCHING = ("_trainyard.files", "_trainyard.opening", "_trainyard.libraries.")
_FOLDER_OF_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_STARTS_OF_THREADS = ("threading", "concurrent", "multiprocessing", "asyncio", "runpy", "_bootstrap")

_CACHES = ("joblib.memory", "joblib._store_backends")

_libraries: Dict[str, bool] = {}


def said_by_callers(said: Said, name: str, writes: bool) -> Optional[Said]:
    """What is to be told of a file that is opened now: `said` with the name of the call, and with what the file is.

    None where it was opened for Trainyard or for Python itself, because a library was being imported, or by a cache for itself.

    :param said: what the opening function knows: its own name, a role, a format
    """
    frames = library_frames(sys._getframe(1))
    if frames is None or _keeps_a_cache(frames):
        return None
    by, what, format = said
    if writes and (frames or what is not None):
        what, format = load("file_roles").role_of(frames, name, what, format)
    return called(frames) or by, what, format


def library_frames(frame: Any) -> Optional[List[Any]]:
    """The frames of libraries between an opened file and the user's own code, innermost first; None as above."""
    found: List[Any] = []
    # The innermost frames are those that watch. A function of ours further out opens a file for itself.
    watching = True
    for _ in range(MOST_FRAMES):
        if frame is None:
            break
        name, file = str(frame.f_globals.get("__name__")), frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            if name in _IMPORTING:
                return None
        elif name.partition(".")[0] in _OURS:
            if not watching or not name.startswith(_WATCHING):
                return None
        elif not is_library(file):
            return found
        elif watching and name in _PYTHONS_OWN:
            return None
        else:
            watching = False
            found.append(frame)
        frame = frame.f_back
    return _nearest(found) or None


def _keeps_a_cache(frames: List[Any]) -> bool:
    """Whether joblib's memory looks after its own files; what a function reads whose results it keeps is another matter."""
    for frame in frames:
        if _package(frame) == "joblib":
            if frame.f_globals.get("__name__") in _CACHES:
                return True
        elif "site-packages" in frame.f_code.co_filename or not frame.f_code.co_filename.startswith(_STANDARD_LIBRARY):
            break
    return False


def is_library(file: str) -> bool:
    """Whether a code object's file is Python's own or an installed package's."""
    known = _libraries.get(file)
    if known is None:
        place = os.path.abspath(file)
        parts = place.split(os.sep)
        known = _libraries[file] = (
            file.startswith("<frozen ")
            or "site-packages" in parts
            or "dist-packages" in parts
            or place.startswith((_STANDARD_LIBRARY, _FOLDER_OF_OURS))
        )
    return known


def _nearest(frames: List[Any]) -> List[Any]:
    """Without a frame of the user's, as in a thread that a library started: those of the package that opened the file."""
    kept = [frame for frame in frames if _package(frame) not in _STARTS_OF_THREADS]
    for number, frame in enumerate(kept):
        if _package(frame) != _package(kept[0]):
            return kept[:number]
    return kept


def _package(frame: Any) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def called(frames: List[Any]) -> Optional[str]:
    """The name of the outermost call: ``pandas.read_parquet``; None without a frame."""
    frame = outermost(frames)
    return name_of(frame) if frame is not None else None


def outermost(frames: List[Any]) -> Any:
    """The frame of the outermost call, what decorators put around it left out; None without one."""
    for frame in reversed(frames):
        code = frame.f_code
        if not code.co_flags & _NESTED and not code.co_name.startswith("<"):
            return frame
    return None


def name_of(frame: Any) -> str:
    """A frame's function, by the shortest of its importable names."""
    code = frame.f_code
    module, name = str(frame.f_globals.get("__name__", "")), code.co_name
    owner = _owner(frame)
    if owner is None:
        return _public(module, name, name, None)
    classes = [one for one in owner.__mro__ if one.__module__.partition(".")[0] == module.partition(".")[0]] or [owner]
    defining = [one for one in classes if name in vars(one)][:1]
    names = [_public(one.__module__, one.__name__, one.__qualname__, one) for one in defining + classes[:1]]
    best = min(names, key=lambda name: name.count("."))
    return best if name in ("__init__", "__new__", "__call__") else best + "." + name


def _owner(frame: Any) -> Optional[type]:
    code = frame.f_code
    first = code.co_varnames[0] if code.co_argcount and code.co_varnames else ""
    if first not in ("self", "cls") and code.co_name != "__new__":
        return None
    held = frame.f_locals.get(first)
    owner = held if isinstance(held, type) else type(held)
    return owner if any(code.co_name in vars(one) for one in owner.__mro__) else None


def _public(module: str, name: str, whole: str, owner: Optional[type]) -> str:
    """``pandas.read_csv`` for what is defined in ``pandas.io.parsers.readers``. Imports nothing."""
    exported = _exported(vars(sys.modules[module]).get(name) if module in sys.modules else None)
    if exported:
        return exported
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        place = ".".join(parts[:length])
        held = vars(sys.modules[place]).get(name) if place in sys.modules else None
        if callable(held) and (owner is held or owner is None and getattr(held, "__module__", None) in (place, module)):
            return place + "." + whole
    return module + "." + whole


def _exported(held: Any) -> Optional[str]:
    """The name under which Keras or TensorFlow say that they offer something."""
    attributes = getattr(held, "__dict__", {})
    path, names = attributes.get("_api_export_path"), attributes.get("_tf_api_names")
    if path:
        return str(path if isinstance(path, str) else path[0])
    return "tensorflow." + names[0] if names else None


def of(frame: Any, module: str, *names: str) -> bool:
    """Whether a frame is one of a package's functions of these names."""
    return frame.f_code.co_name in names and _package(frame) == module


def local(frame: Any, *names: str) -> Tuple[Any, ...]:
    variables = frame.f_locals
    return tuple([variables.get(name) for name in names])
