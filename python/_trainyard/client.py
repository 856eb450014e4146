"""The calls that a script makes."""

from __future__ import annotations

from . import load
from .session import problem_text, session
from .values import EXACT_INTEGER, NotANumber, metric_text, short_text, step_number, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, Callable, Mapping, Optional, Union


def log(metrics: Optional[Mapping[str, Any]] = None, /, *, step: Optional[int] = None, **more: Any) -> None:
    """Records metrics: ``log(loss=0.3)``, ``log({"val/loss": 0.4}, step=12)``.

    A value is a number, NaN and the infinities included, or what holds one number (a numpy or torch scalar). Without
    `step`, a metric's step is one more than its last, from 0; metrics of one call share the largest of theirs. When the
    call returns, the values are with the operating system: they survive the end of the process, however it comes.
    """
    try:
        journal = session.journal
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
        _log(dict(metrics, **more) if metrics is not None else more, step)
    except OSError as error:
        session.unwritable(error)
    except Exception as error:
        session.warn("client-failed", call="log", problem=problem_text(error))


def _log(metrics: Mapping[Any, Any], step: Optional[int]) -> None:
    journal = session.open()
    if journal is None:
        if session.opening:
            session.postponed.append(lambda: log(metrics, step=step))
        return
    if step is not None:
        try:
            step = step_number(step)
        except NotANumber:
            session.warn("step-not-an-integer", step=short_text(step))
            step = None
    values = []
    for name, value in metrics.items():
        text = name if isinstance(name, str) else str(name)
        try:
            values.append((text, metric_text(value)))
        except NotANumber:
            session.warn("metric-not-a-number", name=text, value=short_text(value))
    if values:
        journal.log_many(values, step)


def params(values: Optional[Mapping[str, Any]] = None, /, **more: Any) -> None:
    """Records parameters; a name given again takes the new value.

    Anything that JSON can hold keeps its shape, paths and arrays included; of other objects the text is kept, with a warning.
    """
    try:
        if values is not None and not hasattr(values, "keys"):
            values = vars(values)
        write_params("client", dict(values or {}, **more))
    except Exception as error:
        session.warn("client-failed", call="params", problem=problem_text(error))


def write_params(source: str, values: Mapping[Any, Any], quietly: bool = False) -> None:
    if not values or session.open() is None:
        return
    record = {}
    mask_value = load("masking").mask_value
    for key, value in values.items():
        name = key if isinstance(key, str) else str(key)
        record[name] = mask_value(name, to_json(value, _unreadable(name, quietly)))
    session.record("params", source=source, values=record)


def _unreadable(name: str, quietly: bool) -> Callable[[], None]:
    return lambda: session.warn("value-unreadable", quietly=quietly, name=name)


def tag(values: Optional[Mapping[str, Any]] = None, /, **more: Any) -> None:
    """Tags the run: ``tag(team="vision")``, ``tag({"data set": "v3"})``. Values are kept as text."""
    try:
        for key, value in dict(values or {}, **more).items():
            session.record("tag", key=str(key), value=str(value))
    except Exception as error:
        session.warn("client-failed", call="tag", problem=problem_text(error))


def artifact(path: Union[str, os.PathLike[str]], name: Optional[str] = None, kind: str = "file") -> None:
    """Keeps a copy of a file, or of every file in a folder, with the run.

    :param name: what it is called in the run, the file's own name by default; slashes make folders
    :param kind: what it is, in a word: ``model``, ``figure``, ``table``
    """
    try:
        load("artifacts").keep(session, path, name, kind)
    except Exception as error:
        session.warn("artifact-failed", path=short_text(path), problem=problem_text(error))
