"""What a process records as it ends by itself: the exception that ended it, its packages, its use of the machine."""

from __future__ import annotations

import atexit
import os
import sys

from . import load
from .session import inner_sessions, problem_text, session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Set, Tuple

    from .session import Session

# Modules that Python's own start loaded: they are no sign of what the script uses.
loaded_before: Set[str] = set()
_registered = False
# How many modules there were when the packages were looked for, and these.
_packages: Optional[Tuple[int, Dict[str, str]]] = None


def register() -> None:
    """Arranges for the last records. Registered first, it runs last: after everything that the script does at its exit."""
    global _registered
    if not _registered:
        _registered = True
        atexit.register(_at_exit)


def _at_exit() -> None:
    """Never raises: what it printed would be taken for the script's."""
    try:
        error = _last_error()
        for begun in reversed(inner_sessions()):
            with _StandardLibrary():
                load("end_run").end(begun, begun.run or "", error)
        if session.role != "main" and session.journal is None and not (session.leads and error is not None):
            return
        if session.folder is not None and session.open() is not None:
            with _StandardLibrary():
                _record_all(error)
    except Exception as error:
        session.warn("hook-failed", problem=problem_text(error))


def _last_error() -> Optional[BaseException]:
    """The exception that ended the script."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    return error if isinstance(error, BaseException) and not isinstance(error, SystemExit) else None


def _record_all(error: Optional[BaseException]) -> None:
    if error is not None:
        session.record("exception", **load("exceptions").describe(error, session.cwd))
    if session.role == "main":
        record_environment(session)
    session.write_warnings()
    cpu, peak = _usage()
    code = None if session.supervised else load("exit_code").seen(error)
    session.record("end", exitCode=code, peakMemoryBytes=peak, cpuSeconds=cpu)


def record_environment(of: Session) -> None:
    global _packages
    if _packages is None or _packages[0] != len(sys.modules):
        _packages = (len(sys.modules), load("packages").imported_packages(loaded_before))
    implementation = sys.implementation.name
    version = "%d.%d.%d" % sys.version_info[:3]
    python = version if implementation == "cpython" else "%s (%s)" % (version, implementation)
    of.record("environment", python=python, packages=_packages[1])


def _usage() -> Tuple[Optional[float], Optional[int]]:
    """CPU seconds, ended children's included, and peak memory in bytes."""
    try:
        from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
    except ImportError:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system, None
    own, children = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, own.ru_maxrss * unit


class _StandardLibrary:
    """For as long as it lasts, imports come from the standard library: a script's folder may hold a `resource.py` too."""

    def __enter__(self) -> None:
        home = os.path.dirname(os.path.abspath(os.__file__))
        self.saved = list(sys.path)
        sys.path[:] = [entry for entry in self.saved if _is_standard(entry, home)]

    def __exit__(self, *failure: object) -> None:
        sys.path[:] = self.saved


def _is_standard(entry: Any, home: str) -> bool:
    own = (home, os.path.join(home, "lib-dynload"), os.path.join(os.path.dirname(home), "DLLs"))
    return isinstance(entry, str) and entry in own
