"""Who made a call, and what they call the things that they passed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Optional

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
