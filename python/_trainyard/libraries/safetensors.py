"""Watches the files of safetensors, which its Rust side opens."""

from __future__ import annotations

import sys

from ..wrapping import failed, note_calls
from . import paths
from .home import bring_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def watch(safetensors: Any) -> None:
    if note_calls(safetensors, "serialize_file", _wrote):
        bring_home(safetensors, "serialize_file")
    _watch_opening(safetensors.safe_open)


def _wrote(result: Any, given: Any, named: Any) -> None:
    paths.wrote(named.get("filename", given[1] if len(given) > 1 else None), "safetensors", "model", "safetensors")


def _watch_opening(safe_open: Any) -> None:
    """The class takes its arguments in `__new__`; Python calls `__init__` with the same ones, once the file is open."""

    def __init__(self: Any, filename: Any, *given: Any, **named: Any) -> None:
        try:
            paths.read(filename, "safetensors.safe_open")
        except Exception as error:
            failed("safe_open", error)

    inspect = sys.modules.get("inspect")
    if inspect is not None:
        safe_open.__signature__ = inspect.signature(safe_open)
    safe_open.__init__ = __init__
