"""PyTorch Lightning, as `lightning` and as `pytorch_lightning`: what it hands to its loggers, whether it has any or not."""

from __future__ import annotations

from ..session import session
from ..wrapping import note_calls
from . import record
from .running import Running, fit_with_curves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Optional

_TRAINER = ("max_epochs", "min_epochs", "max_steps", "min_steps", "max_time", "precision", "accumulate_grad_batches")
_TRAINER_TOO = ("gradient_clip_val", "gradient_clip_algorithm", "num_devices", "num_nodes", "limit_train_batches")

_fits = Running()


def watch_connector(module: ModuleType) -> None:
    note_calls(module._LoggerConnector, "log_metrics", _note_metrics)


def watch_hyperparameters(module: ModuleType) -> None:
    note_calls(module, "_log_hyperparams", _note_begin)


def _note_begin(_: Any, given: Any, named: Any) -> None:
    trainer = given[0]
    if session.speaks and str(getattr(trainer.state.fn, "value", "")) == "fit" and not _is_tuning(trainer):
        fit = _fit_of(trainer)
        if fit is not None:
            fit.parameters(_parameters(trainer))


def _note_metrics(_: Any, given: Any, named: Any) -> None:
    trainer = given[0].trainer
    metrics = given[1] if len(given) > 1 else named.get("metrics")
    if not metrics or not session.speaks or _is_tuning(trainer):
        return
    fit = _fit_of(trainer)
    if fit is None:
        return
    values = dict(metrics)
    step = given[2] if len(given) > 2 else named.get("step")
    if step is None:
        said = values.pop("step", None)
        if said is not None:
            step = int(said)
        else:
            values.setdefault("epoch", trainer.current_epoch)
            step = trainer.fit_loop.epoch_loop._batches_that_stepped
    fit.metrics(values, step)


def _fit_of(trainer: Any) -> Optional[record.Fit]:
    return fit_with_curves(_fits, trainer, "lightning")


def _is_tuning(trainer: Any) -> bool:
    """Whether Lightning fits only to find a learning rate or a batch size, or to see that everything runs."""
    return any(type(logger).__name__ == "DummyLogger" for logger in trainer.loggers)


def _parameters(trainer: Any) -> Dict[str, Any]:
    model = trainer.lightning_module
    found: Dict[str, Any] = {"model": type(model).__name__}
    for name in _TRAINER + _TRAINER_TOO:
        value = getattr(trainer, name, None)
        if value is not None:
            found[name] = value
    found["n_parameters"] = sum(parameter.numel() for parameter in model.parameters())
    for holder in (trainer.datamodule, model):
        for name, value in dict(getattr(holder, "hparams_initial", None) or {}).items():
            if name != "_class_path":
                found["hparams.%s" % (name,)] = value
    for number, optimizer in enumerate(trainer.optimizers):
        name = "optimizer" if number == 0 else "optimizer-%d" % (number + 1)
        found[name] = type(optimizer).__name__
        found.update({"%s.%s" % (name, key): value for key, value in optimizer.defaults.items() if value is not None})
    return found
