"""What is kept of an exception that nobody caught."""

from __future__ import annotations

import os
import sys

from . import masking

from .wrapping import failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

MOST_FRAMES = 3

_LIBRARIES = ("site-packages", "dist-packages")

# Names of compiled code that stand for a file: a notebook's cells.
sources: Dict[str, str] = {}


def describe(error: BaseException, folder: Optional[str]) -> Dict[str, Any]:
    """The fields of an `exception` record.

    :param folder: the working folder that the script started in
    """
    try:
        message = str(error)
    except Exception:
        message = "<the message could not be read>"
    kind = type(error)
    module = kind.__module__
    name = kind.__qualname__ if module in ("builtins", "__main__") else "%s.%s" % (module, kind.__qualname__)
    file, line = _place(error, folder)
    text = _as_python_prints(error) or _plain_text(error, name + (": " + message if message else ""))
    secrets = masking.own_secrets()
    message, text = masking.mask_secrets(message, secrets), masking.mask_secrets(text, secrets)
    fields = {"type": name, "message": message, "file": file, "line": line, "traceback": text}
    frames = _locals(error, folder)
    return dict(fields, locals=frames) if frames else fields


def _locals(error: BaseException, folder: Optional[str]) -> List[Dict[str, Any]]:
    """What the user's own innermost functions held. Nothing of it may keep the exception from being recorded."""
    try:
        from .variables import describe_variables

        steps = []
        step = error.__traceback__
        while step is not None:
            steps.append(step)
            step = step.tb_next
        own = [step for step in steps if not _is_library(_full_path(step.tb_frame.f_code.co_filename, folder))]
        near = [step for step in own if _is_near(_full_path(step.tb_frame.f_code.co_filename, folder), folder)]
        found = []
        for step in list(reversed(near or own))[:MOST_FRAMES]:
            code = step.tb_frame.f_code
            variables, omitted = describe_variables(step.tb_frame.f_locals)
            place = {"file": _full_path(code.co_filename, folder), "line": step.tb_lineno}
            found.append({"function": code.co_name, **place, "variables": variables, "omitted": omitted})
        return found
    except Exception as problem:
        failed("locals", problem)
        return []


def _as_python_prints(error: BaseException) -> Optional[str]:
    """None where it takes the `traceback` module, and that cannot be had."""
    if isinstance(error, KeyboardInterrupt) and "traceback" not in sys.modules:
        # Its import evaluates text, which makes Python forget that it is to end by the signal.
        return None
    try:
        import traceback

        return "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:
        return None


def _plain_text(error: BaseException, last: str) -> str:
    """A traceback without marks below the lines and without the exceptions before it."""
    lines = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        lines.append('  File "%s", line %d, in %s\n' % (code.co_filename, step.tb_lineno, code.co_name))
        source = _source_line(code.co_filename, step.tb_lineno)
        if source:
            lines.append("    %s\n" % source)
        step = step.tb_next
    if lines:
        lines.insert(0, "Traceback (most recent call last):\n")
    return "".join(lines) + last + "\n"


def _source_line(file: str, line: int) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace") as source:
            for number, text in enumerate(source, 1):
                if number == line:
                    return text.strip()
    except OSError:
        pass  # Compiled text of no file.
    return ""


def _place(error: BaseException, folder: Optional[str]) -> Tuple[Optional[str], Optional[int]]:
    """The innermost line of the user's own code; of any code where there is none."""
    frames: List[Tuple[str, int]] = []
    step = error.__traceback__
    while step is not None:
        frames.append((_full_path(step.tb_frame.f_code.co_filename, folder), step.tb_lineno))
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        file = _full_path(str(error.filename), folder)
        if os.path.isabs(file):
            frames.append((file, error.lineno or 1))
    frames = [frame for frame in frames if os.path.isabs(frame[0])]
    own = [frame for frame in frames if not _is_library(frame[0])]
    near = [frame for frame in own if _is_near(frame[0], folder)]
    for choice in (near, own, frames):
        if choice:
            return choice[-1]
    return None, None


def _full_path(name: str, folder: Optional[str]) -> str:
    name = sources.get(name, name)
    if name.startswith("<") or os.path.isabs(name) or folder is None:
        return name
    return os.path.join(folder, name)


def _is_library(file: str) -> bool:
    parts = file.replace("\\", "/").split("/")
    if any(name in parts for name in _LIBRARIES):
        return True
    here = os.path.dirname(os.path.abspath(__file__))
    return _inside(file, os.path.dirname(os.path.abspath(os.__file__))) or _inside(file, os.path.dirname(here))


def _is_near(file: str, folder: Optional[str]) -> bool:
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    folders = [folder] if folder else []
    if script:
        folders.append(os.path.dirname(_full_path(script, folder)))
    return any(_inside(file, place) for place in folders)


def _inside(file: str, folder: str) -> bool:
    return os.path.normcase(file).startswith(os.path.normcase(os.path.join(folder, "")))
