"""Records what argparse parsed, without importing it for a script that does not."""

from __future__ import annotations

import sys
from _thread import get_ident

from .session import session
from .wrapping import hide_wrapper, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Set

_parsing: Set[int] = set()


def watch_argparse(argparse: Any) -> None:
    if session.role == "main":
        for name in ("parse_known_args", "parse_known_intermixed_args"):
            wrap(argparse.ArgumentParser, name, _recording)


def _recording(parse: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(self: Any, *given: Any, **named: Any) -> Any:
        thread = get_ident()
        if thread in _parsing or not _is_command_line(*given, **named):
            try:
                return parse(self, *given, **named)
            except BaseException as error:
                hide_wrapper(error)
                raise
        _parsing.add(thread)
        try:
            result = parse(self, *given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        finally:
            _parsing.discard(thread)
        _record(result)
        return result

    return wrapper


def _is_command_line(args: Any = None, namespace: Any = None) -> bool:
    return session.role == "main" and (args is None or isinstance(args, (list, tuple)) and list(args) == sys.argv[1:])


def _record(result: Any) -> None:
    try:
        from .client import write_params

        namespace = result[0]
        if hasattr(namespace, "__dict__"):
            write_params("argparse", dict(vars(namespace)), quietly=True)
    except Exception as error:
        _failed(error)


def _failed(error: Exception) -> None:
    from .session import problem_text

    session.warn("hook-failed", problem=problem_text(error))
