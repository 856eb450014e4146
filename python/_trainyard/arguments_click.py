"""Records what click and typer parsed. Typer brings a click of its own."""

from __future__ import annotations

import os
import sys
from _weakref import ref

from .masking import MASKED
from .parameters import is_command_line, record
from .wrapping import failed, hide_wrapper, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

# The context of the run's own command line, once there is one.
_root: List[Any] = []


def watch_click(core: Any) -> None:
    for name in ("BaseCommand", "Command"):
        if hasattr(core, name):
            wrap(getattr(core, name), "make_context", _recording)


def _recording(make_context: Any) -> Any:
    def wrapper(self: Any, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        ours = False
        try:
            ours = parent is None and not _root and not extra.get("resilient_parsing") and _is_command_line(self, args)
        except Exception as error:
            failed("click", error)
        try:
            context = make_context(self, info_name, args, parent, **extra)
        except BaseException as error:
            hide_wrapper(error)
            raise
        try:
            if ours:
                _root.append(ref(context))
            if _root and context.find_root() is _root[0]():
                _record(context)
        except Exception as error:
            failed("click", error)
        return context

    return wrapper


def _is_command_line(command: Any, args: Any) -> bool:
    if os.name == "nt":
        core = sys.modules[type(command).__mro__[-2].__module__]
        expand = getattr(sys.modules.get(core.__name__.rpartition(".")[0] + ".utils"), "_expand_args", list)
        return is_command_line(args) or list(args) == expand(sys.argv[1:]) and is_command_line(None)
    return is_command_line(args)


def _record(context: Any) -> None:
    command = context.command
    hidden = {param.name for param in command.params if getattr(param, "hide_input", False)}
    values = {name: _value(value, name in hidden) for name, value in context.params.items()}
    chosen = _chosen(context)
    source = "typer" if type(command).__module__.split(".")[0] == "typer" else "click"
    record(source, values, otherwise=chosen)
    if chosen is not None and "command" not in values:
        record(source, {"command": chosen})


def _chosen(context: Any) -> Optional[str]:
    """The sub-command with those around it; None for the script's own command."""
    names: List[str] = []
    while context.parent is not None:
        names.insert(0, str(context.info_name))
        context = context.parent
    return " ".join(names) if names else None


def _value(value: Any, hidden: bool) -> Any:
    if hidden and value is not None:
        return MASKED
    if isinstance(value, (list, tuple)):
        return [_value(item, False) for item in value]
    if type(value).__name__.lstrip("_") == "LazyFile":
        return value.name  # Any other look at it would open the file.
    return value
