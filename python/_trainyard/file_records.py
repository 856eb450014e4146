"""The journal of the files of a process, ``files-….jsonl``, and its records as text."""

from __future__ import annotations

from . import load
from .json_text import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

    from .journal import Journal

    # Who opened it, as a person would write the call; what it is; its format.
    Said = Tuple[str, Optional[str], Optional[str]]

READ = "read"
WRITE = "write"


def record_text(kind: str, path: str, access: str, said: Said, more: str, moment: Optional[int] = None) -> str:
    """
    :param more: further fields, as text that begins with a comma
    :param moment: nanoseconds of `time.monotonic_ns`, now by default
    """
    journal = _journal()
    by, what, format = said
    if journal is None:
        elapsed = 0
    else:
        elapsed = journal.elapsed() if moment is None else max(0, moment - journal.zero) // 1000
    return '{"kind":"%s","t":%d,"path":%s,"access":"%s","by":%s%s,"what":%s,"format":%s}' % (
        kind,
        elapsed,
        quote(path),
        access,
        quote(by),
        more,
        quote(what) if what is not None else "null",
        quote(format) if format is not None else "null",
    )


def write(records: List[str]) -> None:
    journal = _journal()
    if journal is not None:
        try:
            journal.write_texts(records)
        except OSError as error:
            load("session").session.unwritable(error)


def close_journal() -> None:
    """The next record makes a new one."""
    journal, _state.journal, _state.hopeless = _state.journal, None, False
    if journal is not None:
        journal.close()


class _State:
    def __init__(self) -> None:
        self.journal: Optional[Journal] = None
        self.hopeless = False


_state = _State()


def _journal() -> Optional[Journal]:
    """Made at the first call; None where there can be none, and while it is being made."""
    if _state.journal is None and not _state.hopeless:
        session = load("session").session
        _state.hopeless = True
        if session.folder is not None:
            try:
                _state.journal = load("journal").Journal(session.folder, session.identity(), "files")
            except OSError as error:
                session.unwritable(error)
    return _state.journal
