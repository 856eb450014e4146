"""The calls that a script makes. Each takes the run that it is about; None is the one that is current."""

from __future__ import annotations

from . import current as place
from . import load
from .session import problem_text, session
from .values import EXACT_INTEGER, NotANumber, metric_text, short_text, step_number, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Optional

    from .session import Session


def log(metrics: Optional[Mapping[str, Any]] = None, /, *, step: Optional[int] = None, **more: Any) -> None:
    """Records metrics: ``log(loss=0.3)``, ``log({"val/loss": 0.4}, step=12)``.

    A value is a number, NaN and the infinities included, or what holds one number (a numpy or torch scalar). Without
    `step`, a metric's step is one more than its last, from 0; metrics of one call share the largest of theirs. When the
    call returns, the values are with the operating system: they survive the end of the process, however it comes.
    """
    log_to(session if place.inner is None else place.inner.get(), metrics, step, more)


def log_to(to: Session, metrics: Optional[Mapping[str, Any]], step: Optional[int], more: Mapping[str, Any]) -> None:
    try:
        journal = to.journal
        if journal is not None:
            if metrics is None and step is None and len(more) == 1:
                for name, value in more.items():
                    if type(value) is float and value - value == 0.0:
                        journal.log_one(name, value)
                        return
            elif step is None or type(step) is int and -EXACT_INTEGER <= step <= EXACT_INTEGER:
                given = more if metrics is None else metrics
                if (given is more or type(metrics) is dict and not more) and journal.log_floats(given, step):
                    return
        _log(to, dict(metrics, **more) if metrics is not None else more, step)
    except OSError as error:
        to.unwritable(error)
    except Exception as error:
        to.warn("client-failed", call="log", problem=problem_text(error))


def _log(to: Session, metrics: Mapping[Any, Any], step: Optional[int]) -> None:
    journal = to.open()
    if journal is None:
        if to.opening:
            to.postponed.append(lambda: log_to(to, metrics, step, {}))
        return
    if step is not None:
        try:
            step = step_number(step)
        except NotANumber:
            to.warn("step-not-an-integer", step=short_text(step))
            step = None
    values = []
    for name, value in metrics.items():
        text = name if isinstance(name, str) else str(name)
        try:
            values.append((text, metric_text(value)))
        except NotANumber:
            to.warn("metric-not-a-number", name=text, value=short_text(value))
    if values:
        journal.log_many(values, step)


def params(to: Session, values: Any, more: Mapping[str, Any]) -> None:
    if values is not None and not hasattr(values, "keys"):
        values = vars(values)
    write_params("client", dict(values or {}, **more), to=to)


def write_params(
    source: str, values: Mapping[Any, Any], quietly: bool = False, to: Optional[Session] = None
) -> None:
    to = to or place.current()
    if not values or to.open() is None:
        return
    record = {}
    mask_value = load("masking").mask_value
    for key, value in values.items():
        name = key if isinstance(key, str) else str(key)
        record[name] = mask_value(name, to_json(value, _unreadable(to, name, quietly)))
    to.record("params", source=source, values=record)


def _unreadable(to: Session, name: str, quietly: bool) -> Callable[[], None]:
    return lambda: to.warn("value-unreadable", quietly=quietly, name=name)


def tag(to: Session, values: Optional[Mapping[str, Any]], more: Mapping[str, Any]) -> None:
    for key, value in dict(values or {}, **more).items():
        to.record("tag", key=str(key), value=str(value))


def attempt(call: str, to: Session, work: Callable[[], Any]) -> None:
    """Does what a script asked for; what goes wrong is said, and goes no further."""
    try:
        work()
    except Exception as error:
        to.warn("client-failed", call=call, problem=problem_text(error))


def attempt_to_keep(what: Any, to: Session, work: Callable[[], Any]) -> None:
    """The same of what is to be kept as a file."""
    try:
        work()
    except Exception as error:
        to.warn("artifact-failed", path=short_text(what), problem=problem_text(error))
