"""One process's journal: an append-only file of records, described in docs/journal.md."""

from __future__ import annotations

import errno
import os
import time
from _thread import RLock
from itertools import count

from . import JOURNAL_VERSION, VERSION
from .json_text import dumps, quote
from .values import EXACT_INTEGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

# A series is [the text before its value in a metric record, the step that comes next].
# A group is (a template for the values of series that are logged together, those series).
if TYPE_CHECKING:
    Series = List[Any]
    Group = Tuple[str, List[Series]]

MOST_GROUPS = 100
FLOATS = {float}
NUMBERS = {float, int}

_OPEN = (
    os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0) | getattr(os, "O_CLOEXEC", 0)
)


class Journal:
    """Every method writes before it returns, one record with one ``os.write``, and raises OSError where it cannot."""

    def __init__(self, folder: str, identity: Dict[str, Any], kind: str = "journal") -> None:
        """Makes the file and writes its first record.

        :param identity: run, host, boot, pid, parent, procStart, role and rank of the ``open`` record
        :param kind: what the file's name begins with
        """
        self.lock = RLock()
        self.series: Dict[str, Series] = {}
        self.first_steps: Mapping[str, int] = {}
        self.groups: Dict[Tuple[str, ...], Group] = {}
        self.identifiers = count()
        self.folder = folder
        self.start = time.time_ns() // 1000
        self.zero = time.monotonic_ns()
        host = "".join([c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in identity["host"]])
        name = "%s-%s-%d-%d.jsonl" % (kind, host, identity["pid"], self.start)
        self.path = os.path.join(folder, name)
        self.fd = _out_of_the_way(os.open(self.path, _OPEN | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            client = {"start": self.start, "language": "python", "client": "trainyard " + VERSION}
            self.write({"kind": "open", "v": JOURNAL_VERSION, **identity, **client})
        except OSError:
            self.close()
            os.unlink(self.path)
            raise

    def elapsed(self) -> int:
        """Microseconds since the journal's start, by a clock that never goes back."""
        return (time.monotonic_ns() - self.zero) // 1000

    def write(self, record: Dict[str, Any]) -> None:
        self.write_texts([dumps(record)])

    def write_texts(self, records: Sequence[str]) -> None:
        """Records as JSON in ASCII, several at once."""
        self._append("".join([f"\x1e{record}\n" for record in records]).encode("ascii"))

    def log_one(
        self,
        name: str,
        value: float,
        clock: Any = time.monotonic_ns,
        write: Any = os.write,
    ) -> None:
        """One finite float at the step after the metric's last: the call that trainings make by the million."""
        with self.lock:
            series = self.series.get(name)
            if series is None:
                series = self._declare(name)
            step = series[1]
            series[1] = step + 1
            data = f"\x1e[{(clock() - self.zero) // 1000},{step}{series[0]}{value!r}]\n".encode("ascii")
            try:
                written = write(self.fd, data)
            except OSError as error:
                self._append_again(data, error)
            else:
                if written != len(data):
                    self._append(data[written:])

    def log_floats(
        self,
        metrics: Mapping[Any, Any],
        step: Optional[int],
        clock: Any = time.monotonic_ns,
        write: Any = os.write,
    ) -> bool:
        """Finite floats, and exact integers, under names that were logged together before; answers whether they are that.

        Writes what `log_many` would, in less time.
        """
        group = self.groups.get(tuple(metrics))
        if group is None:
            return False
        values = tuple(metrics.values())
        kinds = set(map(type, values))
        if kinds != FLOATS and not (kinds <= NUMBERS and -EXACT_INTEGER <= min(values) and max(values) <= EXACT_INTEGER):
            return False
        total = sum(values)
        if total - total != 0.0:
            return False
        template, all_series = group
        with self.lock:
            if step is None:
                step = max([series[1] for series in all_series])
            following = step + 1
            for series in all_series:
                series[1] = following
            data = f"\x1e[{(clock() - self.zero) // 1000},{step}{template % values}]\n".encode("ascii")
            try:
                written = write(self.fd, data)
            except OSError as error:
                self._append_again(data, error)
            else:
                if written != len(data):
                    self._append(data[written:])
        return True

    def log_many(self, values: Sequence[Tuple[str, str]], step: Optional[int]) -> None:
        """Several metrics at one step: the given one, else the largest that comes next for any of them.

        :param values: names, and values as JSON text
        """
        with self.lock:
            all_series = [self.series.get(name) or self._declare(name) for name, _ in values]
            if step is None:
                step = max([series[1] for series in all_series])
            pairs = [series[0] + text for series, (_, text) in zip(all_series, values)]
            for series in all_series:
                series[1] = step + 1
            if len(self.groups) < MOST_GROUPS:
                names = tuple([name for name, _ in values])
                self.groups.setdefault(names, ("".join([series[0] + "%r" for series in all_series]), all_series))
            self._append(f"\x1e[{self.elapsed()},{step}{''.join(pairs)}]\n".encode("ascii"))

    def close(self) -> None:
        try:
            os.close(self.fd)
        except OSError:
            pass  # A script may have closed all descriptors by number.

    def _declare(self, name: str) -> Series:
        identifier = next(self.identifiers)
        self._append(b'\x1e{"kind":"name","id":%d,"name":%b}\n' % (identifier, quote(name).encode("ascii")))
        # A signal handler may have declared the same name in between.
        return self.series.setdefault(name, [",%d," % identifier, self.first_steps.get(name, 0)])

    def _append(self, data: bytes) -> None:
        with self.lock:
            try:
                while data:
                    data = data[os.write(self.fd, data) :]
            except OSError as error:
                self._append_again(data, error)

    def _append_again(self, data: bytes, error: OSError) -> None:
        if error.errno != errno.EBADF:
            raise error
        self.fd = _out_of_the_way(os.open(self.path, _OPEN))
        while data:
            data = data[os.write(self.fd, data) :]


def _out_of_the_way(fd: int) -> int:
    """Moves a descriptor up, where one that the script closed and opened again by number will hardly be."""
    with _moving:
        for number in (*range(700, 710), *range(200, 210)):
            try:
                os.fstat(number)
            except OSError:
                try:
                    moved = os.dup2(fd, number, inheritable=False)
                except OSError:
                    continue
                os.close(fd)
                return moved
    return fd


_moving = RLock()
if hasattr(os, "register_at_fork"):
    # Not left locked by a thread that there is no more.
    os.register_at_fork(before=_moving.acquire, after_in_parent=_moving.release, after_in_child=_moving.release)
