"""The Trainer of Hugging Face's transformers: its arguments, and what it logs."""

from __future__ import annotations

from ..session import session
from ..wrapping import note_calls
from . import record
from .running import Running, fit_with_curves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Optional

# What a person asks for even where it is the default.
_ALWAYS = (
    ("learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size", "gradient_accumulation_steps")
    + ("weight_decay", "warmup_steps", "lr_scheduler_type", "optim", "seed", "max_grad_norm")
)
# What the library itself sets.
_NEVER = (
    ("accelerator_config", "report_to", "logging_dir", "run_name", "local_rank", "parallelism_config", "_n_gpu")
    + ("fsdp_config", "deepspeed", "push_to_hub_token", "hub_token")
)

_fits = Running()


def watch_callbacks(module: ModuleType) -> None:
    note_calls(module.CallbackHandler, "on_train_begin", _note_begin, before=True)
    note_calls(module.CallbackHandler, "on_log", _note_log, before=True)


def _note_begin(_: Any, given: Any, named: Any) -> None:
    handler, arguments = given[0], given[1] if len(given) > 1 else named["args"]
    if not session.speaks:
        return
    fit = _fit_of(handler)
    if fit is not None:
        fit.parameters({**_parameters(arguments), **_of_model(handler.model)})


def _note_log(_: Any, given: Any, named: Any) -> None:
    state = given[2] if len(given) > 2 else named["state"]
    logs = given[4] if len(given) > 4 else named["logs"]
    if not session.speaks:
        return
    fit = _fit_of(given[0])
    if fit is not None:
        last = state.log_history[-1] if state.log_history else {}
        values = last if last.get("step") == state.global_step and set(logs) <= set(last) else logs
        fit.metrics({name: value for name, value in values.items() if name != "step"}, state.global_step)


def _fit_of(handler: Any) -> Optional[record.Fit]:
    return fit_with_curves(_fits, handler, "transformers")


def _parameters(arguments: Any) -> Dict[str, Any]:
    found = {}
    for name, field in type(arguments).__dataclass_fields__.items():
        if name in _NEVER:
            continue
        value = getattr(arguments, name, None)
        made = field.default_factory
        default = made() if callable(made) else field.default
        if name in _ALWAYS or repr(value) != repr(default) and not _is_same(value, default):
            found[name] = value
    return found


def _is_same(value: Any, default: Any) -> bool:
    return bool(getattr(value, "value", value) == getattr(default, "value", default))


def _of_model(model: Any) -> Dict[str, Any]:
    if model is None:
        return {}
    found: Dict[str, Any] = {"model": type(model).__name__}
    name = getattr(getattr(model, "config", None), "name_or_path", None)
    if name:
        found["model.name_or_path"] = name
    found["n_parameters"] = sum(parameter.numel() for parameter in model.parameters())
    return found
