"""Records what fire gave to the functions and classes of a command line."""

from __future__ import annotations

import sys
from _thread import get_ident

from .parameters import is_command_line, record
from .wrapping import failed, hide_wrapper, note_calls, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Set, Tuple

# Threads in which the command line is being followed.
_following: Set[int] = set()


def watch_fire(core: Any) -> None:
    note_calls(core.parser, "SeparateFlagArgs", _begin, before=True)
    wrap(core, "_MakeParseFn", lambda make: _recording(core, make))


def _begin(_: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    args = given[0] if given else named.get("args")
    (_following.add if args is not None and is_command_line(args) else _following.discard)(get_ident())


def _recording(core: Any, make: Any) -> Any:
    def wrapper(fn: Any, metadata: Any) -> Any:
        try:
            parse = make(fn, metadata)
        except BaseException as error:
            hide_wrapper(error)
            raise
        if get_ident() not in _following:
            return parse

        def noting(args: Any) -> Any:
            try:
                found = parse(args)
            except BaseException as error:
                hide_wrapper(error)
                raise
            try:
                _record(core, fn, args, *found[0])
            except Exception as error:
                failed("fire", error)
            return found

        return noting

    return wrapper


def _record(core: Any, fn: Any, args: Any, given: Any, named: Dict[str, Any]) -> None:
    spec = core.inspectutils.GetFullArgSpec(fn)
    values = dict(zip(spec.args, given))
    if spec.varargs:
        values[spec.varargs] = list(given[len(spec.args) :])
    values.update(spec.kwonlydefaults)
    values.update(named)
    command = None if isinstance(fn, type) else _command(fn, args)
    record("fire", values, otherwise=command)
    if command is not None and "command" not in values:
        record("fire", {"command": command})


def _command(fn: Any, args: Any) -> Optional[str]:
    """The words that chose the function; None where the script has but this one."""
    line = sys.argv[1:]
    before = line[: len(line) - len(args)]
    if list(args) != line[len(before) :] or any(word.startswith("-") for word in before):
        return str(getattr(fn, "__name__", "")) or None
    return " ".join(before) or None
