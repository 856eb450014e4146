"""Models, kept in the format that their library writes by itself."""

from __future__ import annotations

import os
import shutil
import sys

from . import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Tuple

    from .session import Session

    Save = Callable[[str], Any]


def keep(to: Session, model: Any, name: Optional[str]) -> None:
    if isinstance(model, (str, os.PathLike)):
        load("artifacts").keep(to, model, name, "model")
        return
    if to.open() is None or to.folder is None:
        return
    ending, save = _writer(model)
    called = name or type(model).__name__
    if ending and not called.endswith(ending):
        called += ending
    folder = os.path.join(to.folder, "artifacts", ".draft-%d-%s" % (os.getpid(), os.urandom(4).hex()))
    os.makedirs(folder)
    try:
        # Libraries choose a format by the ending.
        draft = os.path.join(folder, "model" + ending)
        save(draft)
        load("artifacts").keep(to, draft, called, "model")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _writer(model: Any) -> Tuple[str, Save]:
    """What the file's name ends in, and what writes it; a folder where that is empty."""
    roots = [kind.__module__.partition(".")[0] for kind in type(model).__mro__ if isinstance(kind.__module__, str)]
    if "transformers" in roots and hasattr(model, "save_pretrained"):
        return "", model.save_pretrained
    if "keras" in roots or "tensorflow" in roots:
        return ".keras", model.save
    if "xgboost" in roots and hasattr(model, "save_model"):
        return ".ubj", model.save_model
    if "lightgbm" in roots:
        booster = getattr(model, "booster_", model)
        return ".txt", booster.save_model
    if "catboost" in roots:
        return ".cbm", model.save_model
    if "torch" in roots:
        torch = sys.modules["torch"]
        state = model.state_dict() if hasattr(model, "state_dict") else model
        return ".pt", lambda path: torch.save(state, path)
    joblib = sys.modules.get("joblib")
    if joblib is not None:
        return ".joblib", lambda path: joblib.dump(model, path)
    return ".pkl", lambda path: _pickle(model, path)


def _pickle(model: Any, path: str) -> None:
    import pickle

    with open(path, "wb") as file:
        pickle.dump(model, file)
