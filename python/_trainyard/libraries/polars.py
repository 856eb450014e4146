"""Watches where polars hands paths to its Rust side. A lazy scan counts as read: its files are inputs of the query."""

from __future__ import annotations

import os

from .. import load
from ..callers import said_by_callers
from ..wrapping import note_calls
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    from ..files import Said

_LAZY_READS = "new_from_csv new_from_parquet new_from_ipc new_from_ndjson new_from_scan_lines new_from_expand_paths".split()
_READS = "read_avro read_csv read_ipc read_ipc_stream read_json read_ndjson read_parquet".split()
_WRITES = "write_avro write_csv write_ipc write_ipc_stream write_json write_ndjson write_parquet".split()
_SINKS = "sink_csv sink_parquet sink_ipc sink_ndjson sink_json".split()
MOST_PLANNED = 1_000
_PLAIN = (str, list, os.PathLike)

_planned: Dict[str, Said] = {}


def watch(plr: Any) -> None:
    for owner, names, note in (
        (plr.PyLazyFrame, _LAZY_READS, _read),
        (plr.PyDataFrame, _READS, _read),
        (plr.PyDataFrame, _WRITES, _wrote),
        (plr.PyLazyFrame, _SINKS, _wrote),
    ):
        for name in names:
            note_calls(owner, name, note)
    note_calls(plr.PyLazyFrame, "collect", _collected)
    note_calls(plr, "collect_all", _collected)


def _read(result: Any, given: Any, named: Any) -> None:
    for source in (named.get("sources"), named.get("source"), *given[:2]):
        if source is not None:
            # Several sources are a list, or of a type of Rust's; what is no path is content.
            paths.read(source if isinstance(source, _PLAIN) else _listed(source), "polars")


def _listed(source: Any) -> Any:
    return list(source) if hasattr(type(source), "__iter__") and hasattr(type(source), "__len__") else None


def _wrote(result: Any, given: Any, named: Any) -> None:
    for target in [*given[1:2], named.get("target"), named.get("file"), named.get("path")]:
        path = paths.local_path(target)
        if path is not None and os.path.exists(path):
            paths.wrote(path, "polars", "data")
        elif path is not None and len(_planned) < MOST_PLANNED:
            said = said_by_callers(("polars", "data", None), path, True)
            if said is not None:
                _planned[os.path.abspath(path)] = said


def _collected(result: Any, given: Any, named: Any) -> None:
    """A sink is a plan at first, and a file when the plan was carried out."""
    if _planned:
        for path in [path for path in _planned if os.path.exists(path)]:
            load("files").wrote(path, *_planned.pop(path))
