"""Who made a call, and what they call the things that they passed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Mapping, Optional

# What is called inside a fit of these is part of that fit.
_LIBRARIES = frozenset(
    ("sklearn", "xgboost", "lightgbm", "keras", "tf_keras", "lightning", "pytorch_lightning", "transformers", "mlxtend")
    + ("imblearn", "optuna_integration", "skopt", "sklearnex", "daal4py", "dask_ml", "tpot", "flaml", "autogluon")
)


def root_of(frame: FrameType) -> str:
    """The first part of the name of the module that a frame's code belongs to."""
    name = frame.f_globals.get("__name__")
    return name.partition(".")[0] if isinstance(name, str) else ""


def made_by_user(frame: Optional[FrameType]) -> bool:
    """Whether no library called what this frame calls: a search, a pipeline and a cross-validation fit many times."""
    while frame is not None:
        if root_of(frame) in _LIBRARIES:
            return False
        frame = frame.f_back
    return True


def name_of(value: Any, frame: FrameType) -> Optional[str]:
    """The name of a variable that the frame's code has for this very object."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return None
    for name, held in list(frame.f_locals.items()):
        if held is value and not name.startswith("_"):
            return name
    return None


def by_name(function: Any, given: Any, named: Mapping[str, Any]) -> Dict[str, Any]:
    """The arguments of a call by their names, the defaults among them."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    defaults = function.__defaults__ or ()
    found = dict(zip(names[code.co_argcount - len(defaults) : code.co_argcount], defaults))
    found.update(function.__kwdefaults__ or {})
    found.update(zip(names, given))
    found.update(named)
    return found
