"""Watches HDF5 files that h5py opens."""

from __future__ import annotations

import os

from ..wrapping import failed, hide_wrapper, wrap
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def watch(files: Any) -> None:
    wrap(files, "make_fid", _watched)


def _watched(make_fid: Any) -> Any:
    def wrapper(name: Any, mode: Any, *given: Any, **named: Any) -> Any:
        path = os.fsdecode(name) if isinstance(name, (str, bytes)) else None
        existed = mode in ("r", "r+") or mode == "a" and path is not None and os.path.isfile(path)
        try:
            opened = make_fid(name, mode, *given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        try:
            _opened(path, mode, existed)
        except Exception as error:
            failed("h5py", error)
        return opened

    return wrapper


def _opened(path: Any, mode: str, existed: bool) -> None:
    if existed:
        paths.read(path, "h5py.File")
    if mode != "r":
        paths.wrote(path, "h5py.File")
