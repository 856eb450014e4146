"""Records what argparse parsed, without importing it for a script that does not."""

from __future__ import annotations

import os
import sys
from _thread import get_ident

from .session import session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Set

_parsing: Set[int] = set()


def watch_argparse() -> None:
    argparse = sys.modules.get("argparse")
    if argparse is not None:
        _wrap(argparse)
    else:
        sys.meta_path.insert(0, _ArgparseFinder())


class _ArgparseFinder:
    """Finds nothing but the standard library's argparse, once, and that as the finders after it do."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != "argparse":
            return None
        try:
            sys.meta_path.remove(self)  # type: ignore[arg-type,unused-ignore]
        except ValueError:
            return None
        for finder in sys.meta_path:
            spec: Any = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.origin == os.path.join(os.path.dirname(os.__file__), "argparse.py"):
                    spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader:
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        try:
            _wrap(module)
        except Exception as error:
            _failed(error)


def _wrap(argparse: Any) -> None:
    parser = argparse.ArgumentParser
    for name in ("parse_known_args", "parse_known_intermixed_args"):
        setattr(parser, name, _recording(getattr(parser, name)))


def _recording(parse: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(self: Any, *given: Any, **named: Any) -> Any:
        thread = get_ident()
        if thread in _parsing or not _is_command_line(*given, **named):
            try:
                return parse(self, *given, **named)
            except BaseException as error:
                _hide_wrapper(error)
                raise
        _parsing.add(thread)
        try:
            result = parse(self, *given, **named)
        except BaseException as error:
            _hide_wrapper(error)
            raise
        finally:
            _parsing.discard(thread)
        _record(result)
        return result

    # functools may be a module of the script's own.
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__"):
        setattr(wrapper, attribute, getattr(parse, attribute))
    wrapper.__dict__.update(parse.__dict__, __wrapped__=parse)
    return wrapper


def _hide_wrapper(error: BaseException) -> None:
    """Takes the wrapper's own frame out of the traceback, where Python lets it (3.11 and newer)."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


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
