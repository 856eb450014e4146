"""Puts functions of ours around functions of others, so that neither a reader, a traceback nor a warning sees them."""

from __future__ import annotations

import sys

from . import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Tuple, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])
    Note = Callable[[Any, Tuple[Any, ...], Dict[str, Any]], None]

_LOOKS = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "__type_params__")


def wrap(owner: Any, name: str, make: Callable[[Any], Any]) -> bool:
    """Puts ``make(original)`` in the place of a function of a module or a class; answers whether it did.

    It does not where `owner` has none of this name itself (inherited ones do not count), where it is wrapped already, or
    where it cannot be set. Class and static methods stay what they are. The function that `make` returns should call
    the original as ``guarded`` does, or give errors to ``hide_wrapper``.
    """
    held = vars(owner).get(name)
    kind = type(held) if isinstance(held, (classmethod, staticmethod)) else None
    original = held.__func__ if kind is not None else held
    if not callable(original) or getattr(original, "__trainyard__", False):
        return False
    wrapper = keep_looks(make(original), original)
    try:
        setattr(owner, name, wrapper if kind is None else kind(wrapper))
    except TypeError:
        return False  # A class that is written in C.
    return True


def note_calls(owner: Any, name: str, note: Note, before: bool = False) -> bool:
    """Has ``note(result, given, named)`` called after each call that returned, or before each with None as the result.

    `given` and `named` are the arguments as they came, a method's own object included. What `note` raises becomes a
    warning of the run. For functions that return before they are done (coroutines, generators), that is when it is called.
    """

    def make(original: Any) -> Any:
        def first(*given: Any, **named: Any) -> Any:
            try:
                note(None, given, named)
            except Exception as error:
                failed(name, error)
            try:
                return original(*given, **named)
            except BaseException as error:
                hide_wrapper(error)
                raise

        def last(*given: Any, **named: Any) -> Any:
            try:
                result = original(*given, **named)
            except BaseException as error:
                hide_wrapper(error)
                raise
            try:
                note(result, given, named)
            except Exception as error:
                failed(name, error)
            return result

        return first if before else last

    return wrap(owner, name, make)


def keep_looks(wrapper: Any, original: Any) -> Any:
    """Gives a function the name, text and signature of another. functools may be a module of the script's own."""
    for attribute in _LOOKS:
        try:
            setattr(wrapper, attribute, getattr(original, attribute))
        except AttributeError:
            pass  # Functions that are written in C lack some.
    wrapper.__dict__.update(getattr(original, "__dict__", {}), __wrapped__=original, __trainyard__=True)
    return without_frame(wrapper)


def without_frame(function: Function) -> Function:
    """Makes Python take a function's frames for its import system's: warnings look for their place above them, and
    tracebacks of failed imports leave them out.
    """
    code: Any = function.__code__
    function.__code__ = code.replace(co_filename="<frozen importlib._bootstrap_external>")  # type: ignore[attr-defined,unused-ignore]
    return function


def hide_wrapper(error: BaseException) -> None:
    """Takes the wrapper's own frame out of the traceback, where Python lets it (3.11 and newer). Call it where the error is
    caught, then ``raise``.
    """
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


def failed(what: str, error: Exception) -> None:
    """Says once per `what`, on the run's page and not on the terminal, that something of ours failed."""
    try:
        session = load("session")
        session.session.warn("hook-failed", quietly=True, name=what, problem=session.problem_text(error))
    except Exception as second:
        sys.stderr.write("trainyard: The Python hook failed: %s, %s\n" % (error, second))
