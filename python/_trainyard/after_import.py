"""Tells our modules that a module which they watch has been imported. Imports none of those itself."""

from __future__ import annotations

import os
import sys

from . import load
from .wrapping import failed, hide_wrapper, without_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Set, Tuple

_watched: Dict[str, List[Tuple[str, str]]] = {}
_standard: Set[str] = set()


def watch() -> None:
    """Watches what `watched` lists, from now on; for what is imported already, at once."""
    table = load("watched")
    for name, ours, function in table.STANDARD_LIBRARY + table.LIBRARIES:
        _watched.setdefault(name, []).append((ours, function))
    _standard.update([line[0] for line in table.STANDARD_LIBRARY])
    sys.meta_path.insert(0, _Finder())  # type: ignore[arg-type,unused-ignore]
    for name in _watched:
        module = sys.modules.get(name)
        if module is not None and _is_meant(name, getattr(module, "__file__", None)):
            _tell(name, module)


class _Finder:
    """Finds what the finders after it find, and arranges to be told when a watched module's code has run."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _watched:
            return None
        finders = list(sys.meta_path)
        for finder in finders[finders.index(self) + 1 :] if self in finders else []:  # type: ignore[arg-type,unused-ignore]
            find_spec = getattr(finder, "find_spec", None)
            if find_spec is None:
                return None  # One of the old kind, which Python itself knows how to ask.
            spec = find_spec(name, path, target)
            if spec is not None:
                if _is_meant(name, spec.origin):
                    _await(spec)
                return spec
        return None


_Finder.find_spec = without_frame(_Finder.find_spec)  # type: ignore[method-assign,unused-ignore]


def _is_meant(name: str, file: Any) -> bool:
    if name not in _standard:
        return True
    home = os.path.dirname(os.__file__)
    rest = os.path.relpath(file, home) if isinstance(file, str) else ".."
    return not rest.startswith("..") and not rest.startswith(("site-packages", "dist-packages"))


def _await(spec: Any) -> None:
    """The loader stays the one that it is; for one module, it gets a method of its own, which goes with the first call."""
    loader, execute = spec.loader, getattr(spec.loader, "exec_module", None)
    if execute is None or isinstance(loader, type) or not hasattr(loader, "__dict__"):
        return

    def exec_module(module: Any) -> None:
        if getattr(module, "__spec__", None) is spec:
            loader.__dict__.pop("exec_module", None)
        try:
            execute(module)
        except BaseException as error:
            hide_wrapper(error)
            raise
        if getattr(module, "__spec__", None) is spec:
            _tell(spec.name, sys.modules.get(spec.name, module))

    loader.exec_module = without_frame(exec_module)


def _tell(name: str, module: Any) -> None:
    unwanted = sys.dont_write_bytecode
    sys.dont_write_bytecode = False  # The compiled files of this folder are its own.
    try:
        for ours, function in _watched[name]:
            try:
                getattr(load(ours), function)(module)
            except Exception as error:
                failed(name, error)
    finally:
        sys.dont_write_bytecode = unwanted
