"""Records the configuration that Hydra composed, for a single run and for each job of several."""

from __future__ import annotations

from .omegaconf_values import plain
from .parameters import record
from .session import session
from .wrapping import note_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Set, Tuple

# What was overridden for all jobs of a multirun; None before one began.
_fixed: List[Set[str]] = []
_recorded: List[bool] = []


def watch_hydra(callbacks: Any) -> None:
    note_calls(callbacks.Callbacks, "on_multirun_start", _note_multirun)
    note_calls(callbacks.Callbacks, "on_job_start", _note_job)


def _note_multirun(_: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    _fixed.append(set(_overrides(_config(given, named))))


def _note_job(_: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if not session.speaks:
        return
    config = _config(given, named)
    values = {str(name): value for name, value in plain(config, leave_out=("hydra",)).items()}
    if not _fixed:
        record("hydra", values)
        return
    names = [_name(override) for override in _overrides(config) if override not in _fixed[-1]]
    job = {name: _select(values, name) for name in names}
    number = config.hydra.job.num
    if not _recorded:
        _recorded.append(True)
        for name in names:
            _remove(values, name)
        record("hydra", values)
    record("hydra", {"job.%s" % number: job})


def _config(given: Tuple[Any, ...], named: Dict[str, Any]) -> Any:
    return named["config"] if "config" in named else given[1]


def _overrides(config: Any) -> List[str]:
    return [str(override) for override in config.hydra.overrides.task]


def _name(override: str) -> str:
    return override.partition("=")[0].lstrip("+~").partition("@")[0]


def _select(values: Any, name: str) -> Any:
    for part in name.replace("/", ".").split("."):
        if not isinstance(values, dict) or part not in values:
            return None
        values = values[part]
    return values


def _remove(values: Any, name: str) -> None:
    *path, last = name.replace("/", ".").split(".")
    for part in path:
        values = values.get(part) if isinstance(values, dict) else None
    if isinstance(values, dict):
        values.pop(last, None)
