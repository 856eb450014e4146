"""Watches the files that duckdb is told of, in calls and in SQL."""

from __future__ import annotations

import sys

from ..wrapping import failed, hide_wrapper, wrap
from . import paths
from .caller_frame import call
from .home import bring_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Tuple

    Note = Callable[[str, Tuple[Any, ...], Dict[str, Any]], None]

LONGEST_QUERY = 100_000
MOST_QUERIES = 1_000
_QUERIES = ("sql", "query", "execute", "executemany", "from_query")
_READS = ("read_csv", "from_csv_auto", "read_parquet", "from_parquet", "read_json")
_WRITES = ("to_csv", "write_csv", "to_parquet", "write_parquet")
_LITERALS = r"'(?:[^'\n]|'')+'(?:\s*,\s*'(?:[^'\n]|'')+')*"
_SOURCE = (
    r"(?is)(?:\b(?:from|join|attach(?:\s+database)?(?:\s+if\s+not\s+exists)?)\s+"
    r"|\b\w*(?:read_|scan|_auto)\w*\s*\(\s*\[?\s*)(" + _LITERALS + ")"
)
_TARGET = r"(?is)\b(?:to|export\s+database)\s+('(?:[^'\n]|'')+')"
_LITERAL = r"'((?:[^'\n]|'')+)'"

_seen = set()


def watch(duckdb: Any) -> None:
    made: Dict[int, Any] = {}
    connection, relation = duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation
    for names, note in ((_QUERIES, _queried), (_READS, _read)):
        for name in names:
            # What the package offers itself calls C++ of its own, or a connection's method.
            for owner, place in ((connection, 1), (duckdb, 0)):
                wrap(owner, name, _noting(note, "duckdb." + name, place, made))
            bring_home(duckdb, name)
    for name in _WRITES:
        wrap(relation, name, _noting(_wrote, "duckdb.DuckDBPyRelation." + name, 1, made))
    wrap(duckdb, "connect", _noting(_connected, "duckdb.connect", 0, made))


def _noting(note: Any, by: str, place: int, made: Dict[int, Any]) -> Any:
    """`made` has what was made of each function before, by its id: `query` is `sql` by another name."""

    def make(original: Any) -> Any:
        if id(original) in made:
            return made[id(original)]

        def wrapper(*given: Any, **named: Any) -> Any:
            try:
                # Data frames are found by the names that they have where the query is asked.
                result = call(original, given, named)
            except BaseException as error:
                hide_wrapper(error)
                raise
            # A query that was looked at before is the usual one, in a loop.
            if len(given) <= place or given[place].__class__ is not str or given[place] not in _seen:
                try:
                    note(by, given[place:], named)
                except Exception as error:
                    failed(by, error)
            return result

        made[id(original)] = wrapper
        return wrapper

    return make


def _queried(by: str, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    re = sys.modules.get("re")
    query = given[0] if given else named.get("query")
    if re is None or not isinstance(query, str) or len(query) > LONGEST_QUERY or query in _seen:
        return
    if len(_seen) < MOST_QUERIES:
        _seen.add(query)
    if "'" not in query:
        return
    for literals in re.findall(_SOURCE, query):
        paths.read([one.replace("''", "'") for one in re.findall(_LITERAL, literals)], by)
    for target in re.findall(_TARGET, query):
        paths.wrote(target[1:-1].replace("''", "'"), by, "data")


def _read(by: str, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    for source in given[:1] + tuple(named.values()):
        paths.read(source, by)


def _wrote(by: str, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    paths.wrote(given[0] if given else named.get("file_name"), by, "data")


def _connected(by: str, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    """A database is a file that is read and written, unless the caller says otherwise."""
    database = given[0] if given else named.get("database")
    paths.read(database, by)
    if not (given[1] if len(given) > 1 else named.get("read_only", False)):
        paths.wrote(database, by, "data", "duckdb")
