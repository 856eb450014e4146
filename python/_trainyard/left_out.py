"""Which files are no data of a training: Python itself, its packages, the system's files, caches and settings."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Set, Tuple

_PARTS = ("site-packages", "dist-packages", "__pycache__", ".git", ".hg", ".svn", ".ipynb_checkpoints", "__editable__")
# What belongs to the interpreter below its prefix, which may be a folder with a project in it, or /usr.
_OF_A_PREFIX = "bin lib lib64 lib32 libexec include share etc ssl conda-meta man Scripts Lib DLLs Include Library tcl".split()
_OF_THE_SYSTEM = "/proc /sys /dev /etc /run /boot /bin /sbin /lib /lib64 /usr/lib /usr/share /usr/bin /System /Library".split()
# Settings, keys and caches below the home folder. Models and data that libraries fetch into ~/.cache are no such thing.
_OF_HOME = (
    ".config .local/share .local/lib .local/state .matplotlib .ipython .jupyter .ssh .aws .azure .gnupg .docker .kube .kaggle "
    ".netrc .gitconfig .git-credentials .vscode .vscode-server .conda .pyenv .triton .nv .keras/keras.json .huggingface "
    ".cache/matplotlib .cache/fontconfig .cache/pip .cache/uv .cache/mesa_shader_cache .cache/huggingface/token "
    ".cache/huggingface/stored_tokens .cache/torch/kernels .cache/torch_extensions .cache/numba .cache/black "
    "Library/Preferences Library/Application Support AppData/Roaming"
).split(" ")
_ENDINGS = (".pyc", ".pyo", ".pyd", ".so", ".dylib", ".dll", ".lock", ".incomplete")
_CODE = (".py", ".pyw")


def is_left_out_folder(path: str) -> bool:
    """Whether no file in a folder counts; the path is absolute and normal."""
    inside = path + os.sep
    if inside.startswith(_places()) or _is_passing(inside):
        return True
    return any(part in _PARTS for part in path.split(os.sep))


def is_left_out(path: str, name: str) -> bool:
    """Whether a file does not count, in a folder that does."""
    if name.endswith(_ENDINGS) or not name:
        return True
    if name.endswith(_CODE):
        return any([_is_code_of(module, path) for module in list(sys.modules.values())])
    return path + os.sep in _files


def _is_code_of(module: object, path: str) -> bool:
    file = getattr(module, "__dict__", {}).get("__file__")
    return isinstance(file, str) and (file == path or not os.path.isabs(file) and os.path.abspath(file) == path)


def _is_passing(inside: str) -> bool:
    """Whether a folder or file has one of the names that `tempfile` makes, and the run was not started in it."""
    for temporary in _temporary_folders():
        if inside.startswith(temporary):
            top = inside[len(temporary) :].split(os.sep, 1)[0]
            stem = top.split(".")[0]
            made = stem.startswith("tmp") and len(stem) == 11 and all(c.isalnum() or c == "_" for c in stem)
            made = made or top.startswith(("pymp-", "joblib_memmapping_folder_", "torchelastic_"))
            return made and not _started_in.startswith(temporary + top)
    return False


def _temporary_folders() -> List[str]:
    names = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")] + ["/tmp", "/var/tmp", "/dev/shm"]
    return [os.path.abspath(name) + os.sep for name in names if name]


_known_places: List[Tuple[str, ...]] = []
_files: Set[str] = set()


def _places() -> Tuple[str, ...]:
    if not _known_places:
        _known_places.append(_find_places())
        _files.update(_known_places[0])
    return _known_places[0]


def _find_places() -> Tuple[str, ...]:
    places = {os.path.dirname(os.__file__)}
    for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix):
        places.update([os.path.join(prefix, name) for name in _OF_A_PREFIX])
    if os.name != "nt":
        places.update(_OF_THE_SYSTEM)
    home = os.path.expanduser("~")
    if home != "~":
        places.update([os.path.join(home, *name.split("/")) for name in _OF_HOME])
    for variable in ("TRAINYARD_STORE", "TRAINYARD_RUN_DIR", "TRAINYARD_HOME", "MPLCONFIGDIR", "XDG_CONFIG_HOME"):
        if os.environ.get(variable):
            places.add(os.environ[variable])
    places.update([os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")])
    found = {os.path.abspath(place) for place in places}
    found.update([os.path.realpath(place) for place in places])
    return tuple(sorted([place + os.sep for place in found if place != os.sep]))


def _folder_at_start() -> str:
    try:
        return os.path.join(os.getcwd(), "")
    except OSError:
        return ""


_started_in = _folder_at_start()
