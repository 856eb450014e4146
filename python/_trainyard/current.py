"""Which run the module's own functions log to: the innermost one that was entered here, else the process's."""

from __future__ import annotations

from .session import session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import ContextVar
    from typing import Optional

    from .session import Session

# None until a run is entered: the module costs a script nothing that enters none.
inner: Optional[ContextVar[Session]] = None


def current() -> Session:
    return session if inner is None else inner.get()


def enter(entered: Session) -> Session:
    """Makes a run the current one of this thread or task; answers the one before."""
    global inner
    if inner is None:
        from contextvars import ContextVar

        with session.lock:
            if inner is None:
                inner = ContextVar("trainyard_run", default=session)
    before = inner.get()
    inner.set(entered)
    return before


def leave(before: Session) -> None:
    if inner is not None:
        inner.set(before)
