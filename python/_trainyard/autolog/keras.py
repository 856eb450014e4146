"""Keras 2 and 3, also as part of TensorFlow: what the History of a `fit` says of each epoch, and what `evaluate` answers."""

from __future__ import annotations

import sys

from ..session import session
from ..wrapping import note_calls
from . import models, record
from .callers import made_by_user, name_of, root_of
from .running import Running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, ModuleType
    from typing import Any, Dict, Iterator, Optional, Tuple

_ROOTS = ("keras", "tf_keras")
_ARGUMENTS = (
    ("batch_size", "epochs", "initial_epoch", "steps_per_epoch", "validation_split", "validation_steps")
    + ("validation_batch_size", "validation_freq", "shuffle", "class_weight")
)
BYTES_OF_A_PARAMETER = 12  # Itself, and the two that Adam has for it.

_of_histories = Running()
# By the model: its last fit, and the epoch that comes next.
_of_models = Running()


def watch_history(module: ModuleType) -> None:
    note_calls(module.History, "on_epoch_end", _note_epoch)


def watch_callback_list(module: ModuleType) -> None:
    note_calls(module.CallbackList, "on_train_begin", _note_begin)
    note_calls(module.CallbackList, "on_train_end", _note_end)
    note_calls(module.CallbackList, "on_test_end", _note_evaluation)


def watch_keras_2(module: ModuleType) -> None:
    """There, both lie in one module; Keras 3 has them in two, and a package of this name that only names them."""
    if getattr(getattr(module, "CallbackList", None), "__module__", None) == module.__name__:
        watch_history(module)
        watch_callback_list(module)


def _note_begin(_: Any, given: Any, named: Any) -> None:
    callbacks = given[0]
    history = getattr(callbacks, "_history", None)
    inside, outside = _frames(sys._getframe(2), "fit")
    if history is None or not session.speaks or not made_by_user(outside):
        return
    arguments = inside.f_locals if inside is not None else dict(callbacks.params or {})
    model = callbacks.model
    before = _of_models.get(model)
    fit: Optional[record.Fit]
    if before is not None and before[1] > 0 and arguments.get("initial_epoch") == before[1]:
        fit = before[0]
    else:
        fit = record.begin("keras", "keras")
        if fit is None:
            return
        fit.has_curves()
        fit.parameters(_parameters(model, arguments))
    _of_histories.put(history, fit)
    _of_models.put(model, (fit, 0))


def _note_epoch(_: Any, given: Any, named: Any) -> None:
    history = given[0]
    fit = _of_histories.get(history)
    if fit is None:
        return
    epoch = given[1] if len(given) > 1 else named["epoch"]
    logs = (given[2] if len(given) > 2 else named.get("logs")) or {}
    fit.metrics({name: history.history[name][-1] for name in logs if history.history.get(name)}, epoch)
    _of_models.put(history.model, (fit, epoch + 1))


def _note_end(_: Any, given: Any, named: Any) -> None:
    callbacks = given[0]
    history = getattr(callbacks, "_history", None)
    fit = _of_histories.get(history) if history is not None else None
    if fit is not None and _can_be_saved(callbacks.model):
        models.keep_file(fit.label + "/model.keras", callbacks.model.save)


def _note_evaluation(_: Any, given: Any, named: Any) -> None:
    callbacks = given[0]
    history = getattr(callbacks, "_history", None)
    if history is not None and _of_histories.get(history) is not None:
        return  # The validation of a fit, which its history has.
    inside, outside = _frames(sys._getframe(2), "evaluate")
    if inside is None or outside is None or not session.speaks or not made_by_user(outside):
        return
    logs = (given[1] if len(given) > 1 else named.get("logs")) or {}
    data = name_of(inside.f_locals.get("x"), outside)
    ending = "/" + data if data else ""
    for name, value in logs.items():
        one = value if isinstance(value, (int, float)) or not hasattr(value, "__float__") else float(value)
        record.single_result("evaluate/%s%s" % (name, ending), one, None)


def _frames(frame: Optional[FrameType], function: str) -> Tuple[Optional[FrameType], Optional[FrameType]]:
    """The library's own frame of a function of this name, and the frame that called into the library."""
    inside = None
    while frame is not None and root_of(frame) in (*_ROOTS, "_trainyard"):
        if frame.f_code.co_name == function and root_of(frame) in _ROOTS:
            inside = frame
        frame = frame.f_back
    return inside, frame


def _parameters(model: Any, arguments: Any) -> Dict[str, Any]:
    found: Dict[str, Any] = {"model": type(model).__name__}
    for name in _ARGUMENTS:
        if arguments.get(name) is not None:
            found[name] = arguments[name]
    if getattr(model, "built", False):
        found["n_parameters"] = model.count_params()
    loss = getattr(model, "loss", None)
    if loss is not None:
        found["loss"] = loss
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None:
        found["optimizer"] = type(optimizer).__name__
        for name, value in optimizer.get_config().items():
            if value is not None and name != "name":
                found["optimizer." + name] = _as_given(value)
    return found


def _as_given(value: Any) -> Any:
    """0.01, where the optimizer keeps it as a float of 32 bits and tells 0.009999999776482582."""
    numpy = sys.modules.get("numpy")
    if type(value) is not float or numpy is None:
        return value
    single = numpy.float32(value)
    return float(str(single)) if float(single) == value else value


def _can_be_saved(model: Any) -> bool:
    """A model of the library's own parts, saved without a word; others are not sure to be."""
    if type(model).__name__ not in ("Sequential", "Functional") or not getattr(model, "built", False):
        return False
    own = all(type(part).__module__.partition(".")[0] in _ROOTS for part in _parts(model))
    return own and models.may_keep() and model.count_params() * BYTES_OF_A_PARAMETER <= models.LARGEST


def _parts(model: Any) -> Iterator[Any]:
    yield model
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _parts(layer)
        yield layer
