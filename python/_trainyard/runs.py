"""Runs that a script begins by itself: inside the one that it belongs to, or where it belongs to none."""

from __future__ import annotations

import os

from . import client, load
from . import current as place
from .session import Session, inner_sessions, problem_text, session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Dict, Mapping, Optional, Tuple, Type, Union

    Path = Union[str, os.PathLike[str]]


class Run:
    """A run of its own. Inside ``with``, the module's functions log to it; its own methods log to it anywhere.

    It is opened when something is first logged to it, and by ``with``.
    """

    def __init__(
        self,
        name: Optional[str] = None,
        *,
        experiment: Optional[str] = None,
        group: Optional[str] = None,
        tags: Optional[Mapping[str, Any]] = None,
        params: Optional[Mapping[str, Any]] = None,
        resume: Optional[str] = None,
    ) -> None:
        self._name = None if name is None else str(name)
        self._asked: Dict[str, Any] = {"experiment": experiment, "group": group, "tags": dict(tags or {})}
        self._params = params
        self._resume = resume
        self._session: Optional[Session] = None
        self._before: Optional[Session] = None

    @property
    def id(self) -> Optional[str]:
        """None where no run could be opened."""
        return self._open().run

    @property
    def name(self) -> Optional[str]:
        self._open()
        return self._name

    @property
    def folder(self) -> Optional[str]:
        return self._open().folder

    def __repr__(self) -> str:
        return "<trainyard.Run %s>" % (self._name or "not yet opened",)

    def _open(self) -> Session:
        if self._session is None:
            self._session = self._begin()
        return self._session

    def _begin(self) -> Session:
        outer = place.current()
        try:
            begun: Session
            begun, self._name = load("begin_run").begin(outer, self._name, self._asked, self._resume)
        except Exception as error:
            outer.warn("run-not-opened", folder=os.path.join(outer.cwd or ".", ""), problem=problem_text(error))
            begun = Session(None, "", "child")
            begun.finish(self._name or "run")
            begun.ended = None
            return begun
        if self._params:
            given = self._params
            client.attempt("run", begun, lambda: client.params(begun, given, {}))
        return begun

    def __enter__(self) -> Run:
        try:
            begun = self._open()
            begun.open()
            load("begin_run").publish(begun)
            self._before = place.enter(begun)
        except Exception as error:
            session.warn("client-failed", call="run", problem=problem_text(error))
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self._before is not None:
            place.leave(self._before)
            self._before = None
        self._end(error)

    def end(self) -> None:
        """Ends the run; ``with`` does it by itself, and so does the end of the process."""
        self._end(None)

    def _end(self, error: Optional[BaseException]) -> None:
        try:
            ended = self._open()
            load("begin_run").withdraw(ended)
            load("end_run").end(ended, self._name or "", error)
        except Exception as problem:
            session.warn("client-failed", call="run", problem=problem_text(problem))

    def __reduce__(self) -> Tuple[Any, ...]:
        opened = self._open()
        return _attached, (opened.run, opened.folder, self._name)

    def log(self, metrics: Optional[Mapping[str, Any]] = None, /, *, step: Optional[int] = None, **more: Any) -> None:
        """As `trainyard.log`."""
        client.log_to(self._open(), metrics, step, more)

    def params(self, values: Optional[Any] = None, /, **more: Any) -> None:
        """As `trainyard.params`."""
        to = self._open()
        client.attempt("params", to, lambda: client.params(to, values, more))

    def tag(self, values: Optional[Mapping[str, Any]] = None, /, **more: Any) -> None:
        """As `trainyard.tag`."""
        to = self._open()
        client.attempt("tag", to, lambda: client.tag(to, values, more))

    def artifact(self, path: Path, name: Optional[str] = None, kind: str = "file") -> None:
        """As `trainyard.artifact`."""
        to = self._open()
        client.attempt_to_keep(path, to, lambda: load("artifacts").keep(to, path, name, kind))

    def figure(self, figure: Any, name: Optional[str] = None, *, step: Optional[int] = None) -> None:
        """As `trainyard.figure`."""
        to = self._open()
        client.attempt_to_keep(name or "figure", to, lambda: load("pictures").figure(to, figure, name, step))

    def image(self, image: Any, name: str = "image", *, step: Optional[int] = None) -> None:
        """As `trainyard.image`."""
        to = self._open()
        client.attempt_to_keep(name, to, lambda: load("pictures").image(to, image, name, step))

    def table(self, table: Any, name: str = "table", *, columns: Optional[Any] = None, format: str = "jsonl") -> None:
        """As `trainyard.table`."""
        to = self._open()
        client.attempt_to_keep(name, to, lambda: load("tables").keep(to, table, name, columns, format))

    def dataset(self, data: Any, name: Optional[str] = None) -> None:
        """As `trainyard.dataset`."""
        to = self._open()
        client.attempt("dataset", to, lambda: load("datasets").tell(to, data, name))

    def model(self, model: Any, name: Optional[str] = None) -> None:
        """As `trainyard.model`."""
        to = self._open()
        client.attempt_to_keep(name or "model", to, lambda: load("saved_models").keep(to, model, name))


def _attached(run: Optional[str], folder: Optional[str], name: Optional[str]) -> Run:
    """The same run in another process, which writes a journal of its own there."""
    attached = Run(name)
    known = [each for each in inner_sessions() if each.run == run]
    attached._session = known[0] if known else Session(run, folder or "", "child")
    return attached


class _ProcessRun(Run):
    """The run that the process belongs to, or the innermost one that was entered."""

    def _open(self) -> Session:
        return place.current()


here = _ProcessRun()
