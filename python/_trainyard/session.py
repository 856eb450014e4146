"""What this process knows of its run: its folder, its role, and the journal once something was recorded."""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock

from . import load
from .process import boot_id, host_name, pid_namespace, process_start
from .ranks import KNOWN, has_launcher, is_launcher, own_rank
from .values import short_text, step_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Set, Tuple

    from .journal import Journal

# The same sentences as in src/contract/warnings.ts.
MESSAGES = {
    "metric-not-a-number": "The metric {name} was given {value}, which is not a number; it was not recorded.",
    "step-not-an-integer": "The step {step} is not an integer between -2^53 and 2^53; the next one was taken.",
    "journal-unwritable": "The journal could not be written: {problem}. What was logged after it is missing.",
    "output-unwritable": "What was printed could not be written: {problem}. It is missing from the output.",
    "run-not-opened": "No run could be opened in {folder}: {problem}. Nothing is recorded.",
    "artifact-missing": "The artifact {path} does not exist.",
    "artifact-failed": "The artifact {path} could not be kept: {problem}",
    "figures-limit": "{count} shown figures were kept; those shown later are not.",
    "git-failed": "The state of the code could not be recorded: {problem}",
    "hook-failed": "The Python hook failed: {problem}",
    "debugger-failed": "The debugger could not be started in the script: {problem}. The script runs without it.",
    "autolog-full": "This process trained more than {fits} times or asked for more than {results} scores; "
    "what came later was not logged automatically.",
    "run-ended": "The run {name} has ended; what is logged to it now is not recorded.",
    "run-not-found": "There is no run {name} to be continued; a new one of this name was begun.",
    "steps-unknown": "The last steps of the run {name} could not be read: {problem}. Its metrics go on from step 0.",
    "client-failed": "{call} failed: {problem}. What it was given is not recorded.",
    "value-unreadable": "The parameter {name} could not be turned into JSON; its text was kept.",
}
MOST_LINES = 20
PARENT = "TRAINYARD_PARENT_PID"
RETRY_NANOSECONDS = 1_000_000_000


class Session:
    def __init__(self, run: Optional[str] = None, folder: Optional[str] = None, role: str = "") -> None:
        """What the environment says of this process; or a run of its own inside it, given by id, folder and role."""
        parent, self._known = os.environ.get(PARENT), os.environ.get(KNOWN)
        self.run: Optional[str] = os.environ.get("TRAINYARD_RUN") or None
        self.folder: Optional[str] = os.environ.get("TRAINYARD_RUN_DIR") or None
        self.supervised = self.folder is not None
        # The number among the processes of a distributed training; None where there is no such thing.
        self.rank, takes = own_rank()
        if self.folder is None and not has_launcher():
            self.rank, takes = None, False
        started_first = parent in (None, "", str(os.getpid()))
        # The run's script itself, or the first process of its rank: what it starts only works for it.
        self.leads = started_first or takes
        self.role = "main" if started_first and self.rank in (None, 0) else "child"
        self.cwd = _working_folder()
        self.lock = RLock()
        self.journal: Optional[Journal] = None
        self.hopeless = False
        # Told of once it has ended: what is still logged to it has no place.
        self.ended: Optional[str] = None
        self.opening = False
        # What a signal handler recorded while the journal was being opened below it.
        self.postponed: List[Callable[[], None]] = []
        self._retry = 0
        self._said: Set[Tuple[str, str]] = set()
        self._unwritten: List[Dict[str, Any]] = []
        # Where the metrics of a run that is gone on with begin, and the pictures.
        self.resumed = False
        self.first_steps: Dict[str, int] = {}
        self._pictures: Dict[str, int] = {}
        if folder is not None:
            self.run, self.folder, self.supervised = run, folder, False
            self.role, self.rank = role, session.rank
            _inner.append(self)

    @property
    def speaks(self) -> bool:
        """Whether this process's parameters, seeds, warnings and automatic metrics are the run's.

        True in the script itself, and of a distributed training in rank 0; False in its launcher and in every worker.
        """
        if self.leads and self.journal is None and is_launcher():
            self._give_way()
        return self.leads and self.rank in (None, 0)

    def claim(self) -> None:
        """Tells the processes that this one starts that they are not the first."""
        os.environ[PARENT] = str(os.getpid())
        if self.rank is not None:
            os.environ[KNOWN] = "%d:%d" % (self.rank, os.getpid())

    def take_rank(self, rank: int) -> None:
        """Makes a worker one of the ranks, as it said itself. What it logged before stays where it is."""
        if self.leads or self.rank is not None:
            return
        self.rank = rank
        self.leads = True
        if self.journal is not None and rank > 0:
            self.journal.close()
            self.journal = None
        self.claim()

    def _give_way(self) -> None:
        """Lets the ranks that this process starts be the first of the run."""
        self.leads = False
        self.role = "child"
        os.environ.pop(PARENT, None)
        os.environ.pop(KNOWN, None)
        if self._known is not None:
            os.environ[KNOWN] = self._known

    def open(self) -> Optional[Journal]:
        """The journal, made at the first call; None where there can be none now. Says so once on stderr."""
        if self.journal is not None or self.hopeless:
            if self.ended is not None:
                session.warn("run-ended", name=self.ended)
            return self.journal
        with self.lock:
            if self.journal is None and not self.hopeless and not self.opening and time.monotonic_ns() >= self._retry:
                self.opening = True
                try:
                    if self.folder is None:
                        self._open_own_run()
                    else:
                        self._open_journal(self.folder)
                finally:
                    self.opening = False
                while self.postponed:
                    self.postponed.pop(0)()
            return self.journal

    def _open_own_run(self) -> None:
        folder = os.path.join(self.cwd or ".", "")
        try:
            self.run, self.folder = load("own_run").open_run(self)
        except Exception as error:
            self.hopeless = True
            self.warn("run-not-opened", folder=folder, problem=problem_text(error))
            return
        self._open_journal(self.folder)

    def _open_journal(self, folder: str) -> None:
        try:
            self.journal = load("journal").Journal(folder, self.identity())
        except OSError as error:
            self._retry = time.monotonic_ns() + RETRY_NANOSECONDS
            self.unwritable(error)
            return
        self.journal.first_steps = self.first_steps
        self.write_warnings()
        if self.leads:
            self.claim()
        hash_seed = os.environ.get("PYTHONHASHSEED", "")
        if self.speaks and hash_seed.isdigit():
            self.record("seed", source="PYTHONHASHSEED", value=int(hash_seed))
        load("ending").register()

    def identity(self) -> Dict[str, Any]:
        """Who writes, as an `open` record says it; the run's folder must be known."""
        identity = {
            "run": self.run or os.path.basename(os.path.normpath(self.folder or "")),
            "host": host_name(),
            "boot": boot_id(),
            "pid": os.getpid(),
            "parent": os.getppid(),
            "procStart": process_start(),
            "pidNamespace": pid_namespace(),
            "role": self.role,
            "rank": self.rank,
        }
        return dict(identity, resumed=True) if self.resumed else identity

    def record(self, kind: str, **fields: Any) -> None:
        """Writes a record that happened now; a failure is said once on stderr."""
        journal = self.open()
        if journal is None:
            if self.opening:
                self.postponed.append(lambda: self.record(kind, **fields))
            return
        try:
            journal.write(dict({"kind": kind, "t": journal.elapsed()}, **fields))
        except OSError as error:
            self.unwritable(error)

    def next_picture(self, name: str, step: Optional[int]) -> int:
        """The step of the next picture of a name, the given one or one more than the last."""
        taken = self._pictures.get(name, 0) if step is None else step_number(step)
        self._pictures[name] = taken + 1
        return taken

    def unwritable(self, error: OSError) -> None:
        self.warn("journal-unwritable", problem=problem_text(error))

    def warn(
        self,
        code: str,
        *,
        quietly: bool = False,
        cause: Optional[str] = None,
        most: int = MOST_LINES,
        longest: int = 200,
        **params: Any,
    ) -> None:
        """Says something once: as a record where the journal takes it, and on stderr unless `quietly`.

        :param cause: what tells one from another of the same code; what it says of a `name` or a `path` by default
        :param most: how many of one code are said
        :param longest: characters of a parameter
        """
        said = (code, cause if cause is not None else str(params.get("name", params.get("path", ""))))
        if said in self._said or sum(1 for each in self._said if each[0] == code) >= most:
            return
        self._said.add(said)
        mask = load("masking").mask_secrets
        texts = {key: mask(short_text(value, longest)) for key, value in params.items() if type(value) is not int}
        shown = {**params, **texts}
        self._unwritten.append({"code": code, "params": shown})
        self.write_warnings()
        if not quietly:
            say(MESSAGES[code].format(**shown))

    def write_warnings(self) -> None:
        """Writes what was said of warnings while the journal took none."""
        while self.journal is not None and self._unwritten:
            try:
                self.journal.write({"kind": "warning", "t": self.journal.elapsed(), **self._unwritten[0]})
            except OSError:
                return  # The line on stderr says it; the record comes with the next warning.
            del self._unwritten[0]

    def finish(self, name: str) -> None:
        """Nothing is written to the run any more."""
        self.ended, self.hopeless = name, True
        if self.journal is not None:
            self.journal.close()
            self.journal = None
        if self in _inner:
            _inner.remove(self)

    def after_fork(self) -> None:
        """In a forked child: a journal of its own, when it has something to record."""
        self.lock = RLock()
        self.role = "child"
        self.leads = False
        self.opening = False
        self.postponed = []
        self._said = set()
        self._unwritten = []
        self._retry = 0
        if self.journal is not None:
            self.journal.close()
            self.journal = None


def say(text: str) -> None:
    try:
        sys.stderr.write("trainyard: " + text + "\n")
        sys.stderr.flush()
    except Exception:
        pass  # There is nowhere left to say it: stderr is closed or the script's own.


def problem_text(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror + (" (%s)" % (error.filename,) if error.filename else "")
    return type(error).__name__ + (": " + str(error) if str(error) else "")


def _working_folder() -> Optional[str]:
    try:
        return os.getcwd()
    except OSError:
        return None


def inner_sessions() -> List[Session]:
    """Those of runs that were begun inside this process and have not ended, in the order of their beginning."""
    return list(_inner)


def _after_fork() -> None:
    for each in (session, *_inner):
        each.after_fork()


_inner: List[Session] = []
session = Session()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
