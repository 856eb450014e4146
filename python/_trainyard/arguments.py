"""Records what argparse parsed, without importing it for a script that does not."""

from __future__ import annotations

import sys
from _thread import get_ident

from .parameters import caller, is_command_line, record
from .session import session
from .wrapping import failed, hide_wrapper, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Set

_parsing: Set[int] = set()


def watch_argparse(argparse: Any) -> None:
    if session.leads:
        for name in ("parse_known_args", "parse_known_intermixed_args"):
            wrap(argparse.ArgumentParser, name, _recording)


def _recording(parse: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(self: Any, args: Any = None, namespace: Any = None) -> Any:
        # Most calls of a script that parses often are told from its command line by this alone.
        if args.__class__ is list and len(args) != len(sys.argv) - 1 or not _is_command_line(args):
            try:
                return parse(self, args, namespace)
            except BaseException as error:
                hide_wrapper(error)
                raise
        thread = get_ident()
        _parsing.add(thread)
        try:
            result = parse(self, args, namespace)
        except BaseException as error:
            hide_wrapper(error)
            raise
        finally:
            _parsing.discard(thread)
        _record(result)
        return result

    return wrapper


def _is_command_line(args: Any) -> bool:
    return get_ident() not in _parsing and is_command_line(args) and not _is_of_library()


def _is_of_library() -> bool:
    """Whether the parser is one by which a library looks for options of its own, and not the script's."""
    return caller("argparse")[0].split(".")[0] in ("fire", "hydra")


def _record(result: Any) -> None:
    try:
        namespace = result[0]
        if hasattr(namespace, "__dict__"):
            record("argparse", dict(vars(namespace)))
    except Exception as error:
        failed("argparse", error)
