"""Watches which databases sqlite3 opens."""

from __future__ import annotations

import os

from ..wrapping import failed, hide_wrapper, wrap
from . import paths
from .caller_frame import call
from .home import bring_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def watch(sqlite3: Any) -> None:
    if wrap(sqlite3.dbapi2, "connect", _watched):
        sqlite3.connect = sqlite3.dbapi2.connect
        bring_home(sqlite3, "connect")


def _watched(connect: Any) -> Any:
    def wrapper(*given: Any, **named: Any) -> Any:
        database = named.get("database", given[0] if given else None)
        path = os.fsdecode(database) if isinstance(database, (str, bytes, os.PathLike)) else None
        existed = path is not None and os.path.isfile(path) and os.path.getsize(path) > 0
        try:
            # Newer Pythons warn of positional arguments, at the line that gives them.
            connection = call(connect, given, named, exactly=len(given) > 1)
        except BaseException as error:
            hide_wrapper(error)
            raise
        try:
            # What becomes of an existing database afterwards, nobody but SQLite knows.
            if existed:
                paths.read(path, "sqlite3.connect")
            else:
                paths.wrote(path, "sqlite3.connect", "data", "sqlite")
        except Exception as error:
            failed("sqlite3", error)
        return connection

    return wrapper
