"""XGBoost: `train`, `cv` and the estimators. Its own container of callbacks tells what was evaluated in each round."""

from __future__ import annotations

from ..wrapping import note_calls
from . import models
from .boosting import (
    current,
    note_folds,
    remember_estimator,
    start_estimator,
    start_function,
    watch_training,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Optional

    from .record import Fit

_ESTIMATORS = ("XGBModel", "XGBRegressor", "XGBClassifier", "XGBRanker", "XGBRFRegressor", "XGBRFClassifier")


def watch_callbacks(module: ModuleType) -> None:
    note_calls(module.CallbackContainer, "_update_history", _note_round)


def watch_functions(module: ModuleType) -> None:
    watch_training(module, "train", _start, lambda fit, arguments, result: _end(fit, result))
    watch_training(module, "cv", _start, lambda fit, arguments, result: note_folds(fit, result, "-"), False)


def watch_estimators(module: ModuleType) -> None:
    for name in _ESTIMATORS:
        owner = getattr(module, name, None)
        if owner is not None:
            watch_training(owner, "fit", lambda arguments: start_estimator("xgboost", arguments), _end_estimator)


def _start(arguments: Dict[str, Any]) -> Optional[Fit]:
    data: Any = arguments.get("dtrain")
    shape = {}
    if hasattr(data, "num_row") and hasattr(data, "num_col"):
        shape = {"n_samples": data.num_row(), "n_features": data.num_col()}
    return start_function("xgboost", arguments.get("params"), arguments, shape)


def _note_round(_: Any, given: Any, named: Any) -> None:
    container = given[0]
    training = current.training
    if training is not None:
        history = container.history
        values = {"%s/%s" % (data, name): kept[-1] for data in history for name, kept in history[data].items() if kept}
        training.evaluated(container, values)


def _end_estimator(fit: Fit, arguments: Dict[str, Any], _: Any) -> None:
    remember_estimator(fit, arguments)
    _end(fit, vars(arguments["self"]).get("_Booster"))


def _end(fit: Fit, booster: Any) -> None:
    if booster is None:
        return
    best = {}
    for name, kind in (("best_iteration", int), ("best_score", float)):
        text = booster.attr(name)
        if text is not None:
            best[name] = kind(text)
    fit.metrics(best, None)
    models.keep(fit.label + "/model.ubj", lambda file: file.write(booster.save_raw(raw_format="ubj")))
