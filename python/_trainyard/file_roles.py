"""What a written file is, as far as the calls that write it tell: the object is at hand there, and nowhere later."""

from __future__ import annotations

import os

from . import load
from .callers import local, of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple

    Role = Tuple[Optional[str], Optional[str]]

NOTHING: Any = (None, None)
# Data frames and arrays say so themselves; of other packages, these functions write models.
_DATA = {
    "pandas": ("to_csv", "to_parquet", "to_pickle", "to_feather", "to_json", "to_excel", "to_hdf", "to_orc", "to_stata"),
    "numpy": ("save", "savez", "savez_compressed", "_savez", "savetxt", "tofile", "dump", "__new__"),
}
_MODELS = {
    "keras": ("save_model", "save_weights", "save_model_to_hdf5", "save_weights_to_hdf5_group", "save_weights_only"),
    "tf_keras": ("save_model", "save_weights", "save"),
    "xgboost": ("save_model",),
    "lightgbm": ("save_model",),
    "onnx": ("save_model", "save"),
}
_ESTIMATORS = ("sklearn", "xgboost", "lightgbm", "catboost", "keras", "torch")
_PARTS_OF_CHECKPOINTS = ("state_dict", "model_state_dict", "model", "optimizer", "optimizer_state_dict")


def role_of(frames: List[Any], path: str, what: Optional[str] = None, format: Optional[str] = None) -> Role:
    """``("model", "torch")`` and the like, from what the opening function said, or else from the calls around it."""
    if what is None:
        what, format = _role(frames, path)
    return (what, format or _ending(path)) if what in ("data", "figure") else (what, format)


def _role(frames: List[Any], path: str) -> Role:
    # Innermost calls first: a trainer's own save calls a library's.
    for frame in frames:
        if of(frame, "joblib", "dump"):
            return _dumped(local(frame, "value")[0], "joblib")
        if of(frame, "torch", "save"):
            if frame.f_globals["__name__"] != "torch.serialization":
                return ("model", "torch.export")
            return ("model" if _is_checkpoint(local(frame, "obj")[0]) else "data", "torch")
        if of(frame, "matplotlib", "imsave", "print_figure") or of(frame, "torchvision", "save_image"):
            _tell_of_figure(frames)
            return ("figure", None)
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if frame.f_code.co_name in _MODELS.get(package, ()):
            return ("model", "keras" if package == "tf_keras" else package)
        if frame.f_code.co_name in _DATA.get(package, ()):
            return ("data", None)
    return NOTHING


def _tell_of_figure(frames: List[Any]) -> None:
    for frame in frames:
        if of(frame, "matplotlib", "print_figure"):
            load("libraries.matplotlib").saved(local(frame, "self")[0].figure)


def _ending(path: str) -> Optional[str]:
    stem, ending = os.path.splitext(path.lower())
    if ending in (".gz", ".zip", ".bz2", ".xz", ".zst"):
        ending = os.path.splitext(stem)[1] or ending
    ending = ending[1:]
    return {"jpg": "jpeg", "tif": "tiff", "yml": "yaml"}.get(ending, ending) or None


def _dumped(value: Any, format: str) -> Role:
    found = _estimator(value)
    if found is None:
        return ("data", format)
    package = type(found).__module__.partition(".")[0]
    return ("model", package if package in _ESTIMATORS else format)


def _estimator(value: Any) -> Any:
    """What predicts or was fitted, in a list or a dict, too; asks classes only, whose attributes do nothing."""
    parts = [value]
    if isinstance(value, dict):
        parts += list(value.values())[:20]
    elif isinstance(value, (list, tuple)):
        parts += value[:20]
    for part in parts:
        kind = type(part)
        if any(callable(_attribute(kind, name)) for name in ("predict", "fit")):
            return part
    return None


def _attribute(kind: type, name: str) -> Any:
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)


def _is_checkpoint(value: Any) -> bool:
    """A module, its state, or a dict with one of these; a tensor, or a list or dict of data, is none."""
    if _is_a(value, "torch.nn.modules.module", "Module"):
        return True
    if not isinstance(value, dict):
        return False
    if any(name in value for name in _PARTS_OF_CHECKPOINTS):
        return True
    # The state of a module is a dict of tensors, called `layer.weight`.
    return _is_state(value) or any(
        _is_a(part, "torch.nn.modules.module", "Module") or isinstance(part, dict) and _is_state(part)
        for part in list(value.values())[:50]
    )


def _is_state(value: Any) -> bool:
    names = [name for name, part in list(value.items())[:50] if _is_a(part, "torch", "Tensor", "Parameter")]
    return any(isinstance(name, str) and ("." in name or name in ("weight", "bias")) for name in names)


def _is_a(value: Any, module: str, *names: str) -> bool:
    return any(one.__name__ in names and one.__module__.startswith(module) for one in type(value).__mro__)
