"""Calls functions written in C that look at the frame below them, as if the caller of the wrapper had called them."""

from __future__ import annotations

import sys

from ..wrapping import hide_wrapper, without_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Dict, Tuple

_CALL = "__trainyard_call__(*__trainyard_given__, **__trainyard_named__)"
_CODE: Any = compile(_CALL, "<frozen importlib._bootstrap_external>", "eval")


def call(function: Any, given: Tuple[Any, ...], named: Dict[str, Any], exactly: bool = False) -> Any:
    """Call it from a wrapper: the frame of the call shows the variables of the wrapper's caller.

    :param exactly: with the caller's file and line, too, where the function may give a warning about its caller
    """
    frame = sys._getframe(2)
    code: CodeType = _CODE
    if exactly:
        code = _CODE.replace(co_filename=frame.f_code.co_filename, co_firstlineno=frame.f_lineno)
    variables = frame.f_locals
    variables = {} if variables is frame.f_globals else dict(variables)
    variables.update(__trainyard_call__=function, __trainyard_given__=given, __trainyard_named__=named)
    try:
        return eval(code, frame.f_globals, variables)
    except BaseException as error:
        hide_wrapper(error)
        hide_wrapper(error)
        raise


call = without_frame(call)
