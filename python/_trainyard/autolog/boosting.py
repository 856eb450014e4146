"""What XGBoost and LightGBM have in common: a training that the script called, and the rounds that are evaluated inside it."""

from __future__ import annotations

import sys
from _thread import _local

from ..session import session
from ..wrapping import failed, hide_wrapper, wrap
from . import record
from .callers import by_name, made_by_user
from .scikit_learn import remember

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Mapping, Optional

    Named = Dict[str, Any]
    Start = Callable[[Named], Optional[record.Fit]]
    End = Callable[[record.Fit, Named, Any], None]

_PASSED_ON = ("nfold", "num_boost_round", "early_stopping_rounds", "stratified", "shuffle", "seed", "maximize", "metrics")


class Training:
    def __init__(self, fit: record.Fit) -> None:
        self.fit = fit
        self.source: Optional[object] = None
        self.rounds: Dict[str, int] = {}

    def evaluated(self, source: object, values: Mapping[str, Any]) -> None:
        """One round's values. Only of the first source: callbacks of the script may train and evaluate models too."""
        if self.source is None:
            self.source = source
        if self.source is not source:
            return
        for name in values:
            self.rounds[name] = self.rounds.get(name, -1) + 1
        steps = {self.rounds[name] for name in values}
        for step in steps:
            self.fit.metrics({name: value for name, value in values.items() if self.rounds[name] == step}, step)


class _Current(_local):
    training: Optional[Training] = None


current = _Current()


def watch_training(owner: Any, name: str, start: Start, end: End, live: bool = True) -> None:
    """Has `start` called before each call that the script made, and `end` after it, both with the arguments by name.

    :param live: whether what is evaluated inside the call is recorded at once
    """

    def make(original: Any) -> Any:
        def wrapper(*given: Any, **named: Any) -> Any:
            training, arguments = None, {}
            if session.speaks:
                try:
                    if made_by_user(sys._getframe(1)):
                        arguments = by_name(original, given, named)
                        fit = start(arguments)
                        training = Training(fit) if fit is not None else None
                except Exception as error:
                    failed(name, error)
            outer = current.training
            if training is not None:
                current.training = training if live else None
            try:
                result = original(*given, **named)
            except BaseException as error:
                hide_wrapper(error)
                raise
            finally:
                current.training = outer
            if training is not None:
                try:
                    end(training.fit, arguments, result)
                except Exception as error:
                    failed(name, error)
            return result

        return wrapper

    wrap(owner, name, make)


def start_function(library: str, parameters: Any, arguments: Named, shape: Named) -> Optional[record.Fit]:
    """A call of `train` or `cv`."""
    fit = record.begin(library, library)
    if fit is not None:
        fit.has_curves()
        passed = {name: arguments[name] for name in _PASSED_ON if arguments.get(name) not in (None, ())}
        fit.parameters({**passed, **dict(parameters or {}), **shape})
    return fit


def start_estimator(library: str, arguments: Named) -> Optional[record.Fit]:
    """A call of an estimator's `fit`."""
    estimator = arguments["self"]
    fit = record.begin(type(estimator).__name__, library)
    if fit is not None:
        fit.has_curves()
        values = {name: value for name, value in estimator.get_params().items() if value is not None}
        fit.parameters({**values, **shape_of(arguments.get("X"))})
    return fit


def shape_of(data: Any) -> Named:
    shape = getattr(data, "shape", None)
    return {"n_samples": shape[0], "n_features": shape[1]} if isinstance(shape, tuple) and len(shape) == 2 else {}


def remember_estimator(fit: record.Fit, arguments: Named) -> None:
    remember(arguments["self"], fit, 0)


def note_folds(fit: record.Fit, result: Any, separator: str) -> None:
    """The table that `cv` returned: a column for each data set and metric."""
    for name in list(result):
        if separator in str(name):
            fit.curve(fit.prefix + str(name).replace(separator, "/", 1), result[name])
