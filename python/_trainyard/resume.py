"""Goes on with a run that has ended or was killed: its metrics continue after their last steps."""

from __future__ import annotations

import json
import os
import struct
import time

from .json_text import dumps
from .own_run import user_name
from .process import host_name
from .session import Session, problem_text, session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Tuple


def resume(store: str, run: str, name: str) -> Tuple[Session, str]:
    folder = os.path.join(store, "runs", run)
    resumed = Session(run, folder, "main" if session.rank in (None, 0) else "child")
    resumed.resumed = True
    try:
        resumed.first_steps.update(_next_steps(store, run, folder))
    except Exception as error:
        session.warn("steps-unknown", name=name, problem=problem_text(error))
    _say(store, run)
    return resumed, name


def _next_steps(store: str, run: str, folder: str) -> Dict[str, int]:
    """For each metric of this rank one more than its last step."""
    steps: Dict[str, int] = {}
    names = sorted(os.listdir(folder), key=_start)
    if any(name.startswith("journal-") and name.endswith(".sealed") for name in names):
        steps.update(_from_index(store, run))
    for name in names:
        if name.startswith("journal-") and name.endswith(".jsonl"):
            steps.update(_from_journal(os.path.join(folder, name)))
    return steps


def _start(name: str) -> str:
    return name.rpartition("-")[2].rjust(30)


def _from_journal(path: str) -> Dict[str, int]:
    with open(path, "rb") as file:
        pieces = file.read().split(b"\x1e")
    opened = json.loads(pieces[1]) if len(pieces) > 1 else {}
    rank = opened.get("rank") if opened.get("role") == "child" else None
    if (rank or 0) != (session.rank or 0):
        return {}
    names: Dict[int, str] = {}
    for piece in pieces:
        if piece.startswith(b'{"kind":"name"'):
            record = json.loads(piece)
            names[record["id"]] = record["name"]
    found: Dict[str, int] = {}
    missing = set(names)
    for piece in reversed(pieces):
        if not missing:
            break
        if piece.startswith(b"[") and piece.endswith(b"]\n"):
            record = json.loads(piece)
            for identifier in record[2::2]:
                if identifier in missing:
                    missing.discard(identifier)
                    found[names[identifier]] = int(record[1]) + 1
    return found


def _from_index(store: str, run: str) -> Dict[str, int]:
    """Sealed journals are in the index whole."""
    import sqlite3
    from contextlib import closing
    from urllib.parse import quote

    index = os.path.join(store, "trainyard.db")
    prefix = "rank%d/" % session.rank if session.rank else ""
    found: Dict[str, int] = {}
    with closing(sqlite3.connect("file:%s?mode=ro" % quote(index), uri=True, timeout=5)) as database:
        rows: List[Tuple[str, bytes]] = database.execute(
            "SELECT name, exact FROM metrics WHERE kind = 'logged' AND run = (SELECT key FROM runs WHERE id = ?)",
            (run,),
        ).fetchall()
    for name, exact in rows:
        if name.startswith(prefix):
            found[name[len(prefix) :]] = int(struct.unpack("<4d", exact)[1]) + 1
    return found


def _say(store: str, run: str) -> None:
    """Whoever keeps the index passes by runs that have ended, unless somebody does something to them."""
    folder = os.path.join(store, "ops")
    os.makedirs(folder, exist_ok=True)
    host = "".join([c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in host_name()])
    record = {"v": 1, "t": time.time_ns() // 1000, "by": user_name(), "op": "resume", "run": run}
    line = ("\x1e" + dumps(record) + "\n").encode("ascii")
    file = os.open(os.path.join(folder, host + ".jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(file, line)
    finally:
        os.close(file)
