"""LightGBM: `train`, `cv` and the estimators. What `train` evaluates in each round is taken from its own calls for it."""

from __future__ import annotations

import sys

from ..wrapping import note_calls
from . import models
from .boosting import (
    current,
    note_folds,
    remember_estimator,
    shape_of,
    start_estimator,
    start_function,
    watch_training,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Optional

    from .record import Fit

_ESTIMATORS = ("LGBMModel", "LGBMRegressor", "LGBMClassifier", "LGBMRanker")


def watch_boosters(module: ModuleType) -> None:
    note_calls(module.Booster, "eval_train", _note_evaluation)
    note_calls(module.Booster, "eval_valid", _note_evaluation)


def watch_functions(module: ModuleType) -> None:
    watch_training(module, "train", _start, lambda fit, arguments, result: _end(fit, result))
    watch_training(module, "cv", _start, lambda fit, arguments, result: note_folds(fit, result, " "), False)


def watch_estimators(module: ModuleType) -> None:
    for name in _ESTIMATORS:
        owner = getattr(module, name, None)
        if owner is not None:
            watch_training(owner, "fit", lambda arguments: start_estimator("lightgbm", arguments), _end_estimator)


def _start(arguments: Dict[str, Any]) -> Optional[Fit]:
    return start_function("lightgbm", arguments.get("params"), arguments, _shape_of(arguments.get("train_set")))


def _shape_of(data: Any) -> Dict[str, Any]:
    # Once it is constructed it lets go of what it was made of, and knows its size itself.
    if getattr(data, "_handle", None) is not None:
        return {"n_samples": data.num_data(), "n_features": data.num_feature()}
    return shape_of(getattr(data, "data", None))


def _note_evaluation(result: Any, given: Any, named: Any) -> None:
    training = current.training
    if training is not None and sys._getframe(2).f_globals.get("__name__") == "lightgbm.engine":
        training.evaluated(given[0], {"%s/%s" % (row[0], row[1]): row[2] for row in result})


def _end_estimator(fit: Fit, arguments: Dict[str, Any], _: Any) -> None:
    remember_estimator(fit, arguments)
    _end(fit, vars(arguments["self"]).get("_Booster"))


def _end(fit: Fit, booster: Any) -> None:
    if booster is None:
        return
    if booster.best_iteration > 0:
        fit.metrics({"best_iteration": booster.best_iteration}, None)
    models.keep(fit.label + "/model.txt", lambda file: file.write(booster.model_to_string().encode("utf-8")))
