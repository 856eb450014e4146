"""Makes, or finds again, the folder of a run that a script begins."""

from __future__ import annotations

import os

from . import load
from .own_run import make_run, shared_id
from .session import Session, session
from .store import choose_store, create_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

# What processes that are started now find as their run, where this one belongs to none.
_published: List[Session] = []
_VARIABLES = ("TRAINYARD_RUN", "TRAINYARD_RUN_DIR", "TRAINYARD_STORE")
_counted = 0


def begin(outer: Session, name: Optional[str], asked: Dict[str, Any], resume: Optional[str]) -> Tuple[Session, str]:
    """A session of the run, and the run's name; raises OSError where there can be none.

    :param resume: the id or the name of a run that is to be gone on with
    """
    global _counted
    _counted += 1
    here = outer.cwd or session.cwd
    if here is None:
        raise FileNotFoundError("the working folder does not exist")
    if outer.folder is not None:
        store = os.path.dirname(os.path.dirname(os.path.normpath(outer.folder)))
    else:
        store = choose_store(here)
        create_store(store)
    if resume is not None:
        found = load("find_run").find(store, str(resume))
        if found is not None:
            resumed: Tuple[Session, str] = load("resume").resume(store, *found)
            return resumed
        if name is None:
            outer.warn("run-not-found", name=resume)
            name = str(resume)
    fields = dict(asked, name=name, parent=outer.run)
    if outer.folder is not None:
        fields["outer"] = outer.folder
    role, run = "main", None
    if session.rank is not None:
        run = shared_id(store, "%s %d" % (outer.run, _counted))
        role = "main" if session.rank == 0 else "child"
    run, folder, problem, called = make_run(outer, here, store, fields, run)
    begun = Session(run, folder, role)
    if problem:
        begun.warn("git-failed", problem=problem)
    return begun, called


def publish(begun: Session) -> None:
    """Tells the processes that are started inside the run of it; those of a supervised run belong to that."""
    if session.supervised or begun.folder is None or begun in _published:
        return
    if not _published:
        _before.update({variable: os.environ.get(variable) for variable in _VARIABLES})
    _published.append(begun)
    _put(begun)


def withdraw(ended: Session) -> None:
    if ended not in _published:
        return
    _published.remove(ended)
    if _published:
        _put(_published[-1])
        return
    for variable, value in _before.items():
        if value is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = value


def _put(begun: Session) -> None:
    folder = begun.folder or ""
    store = os.path.dirname(os.path.dirname(folder))
    for variable, value in zip(_VARIABLES, (begun.run or "", folder, store)):
        os.environ[variable] = value


_before: Dict[str, Optional[str]] = {}
