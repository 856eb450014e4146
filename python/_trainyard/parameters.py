"""Parameters that were found without being told: by what name each is recorded, and who asked for it."""

from __future__ import annotations

import os
import sys

from .callers import is_library
from .client import write_params
from .session import session
from .values import to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Set, Tuple

MOST_SETTINGS = 2_000
# A script that reads more of them reads data.
MOST_FILES = 20

# What is recorded under each name, as JSON.
_said: Dict[str, Any] = {}
# What the command line says of settings that a file holds too, nested.
_overrides: Dict[str, Any] = {}
_files: Set[Optional[str]] = set()
_texts: Set[str] = set()


def is_command_line(args: Any) -> bool:
    """Whether these are the arguments of the run's own command line; None stands for `sys.argv`."""
    if args is not None and not (isinstance(args, (list, tuple)) and list(args) == sys.argv[1:]):
        return False
    return session.speaks


def record(source: str, values: Mapping[str, Any], otherwise: Optional[str] = None) -> None:
    """Records parameters by their names. With `otherwise`, a name that stands for something else already becomes
    ``otherwise.name``; without, it takes the new value.
    """
    found = {}
    for name, value in values.items():
        told = to_json(value)
        if otherwise is not None and name in _said and _said[name] != told:
            found[otherwise + "." + name] = value
        else:
            _said[name] = told
            found[name] = value
    write_params(source, found, quietly=True)


def record_overrides(source: str, values: Mapping[str, Any]) -> None:
    """Records settings of the command line, which go before those of files that are read later."""
    _merge(_overrides, to_json(values))
    record(source, {name: _merged(_said.get(name), _overrides[name]) for name in values})


def record_file(source: str, path: Optional[str], content: Any) -> None:
    """Records the settings that a file holds, where it holds settings: names with values, and no mass of data."""
    _files.add(path)
    if len(_files) > MOST_FILES or len(_texts) > MOST_FILES:
        return
    settings = to_json(content)
    if not isinstance(settings, dict) or _count(settings, MOST_SETTINGS + 1) > MOST_SETTINGS:
        return
    text = repr((path, settings))
    if text in _texts:
        return
    _texts.add(text)
    stem = os.path.splitext(os.path.basename(path))[0] if path else source
    for name in settings:
        if name in _overrides:
            settings[name] = _merged(settings[name], _overrides[name])
    record(source, settings, otherwise=stem)


def caller(*passed: str) -> Tuple[str, bool]:
    """The module that called us, past functions of ours and the packages `passed`, and whether it is the user's own."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.split(".")[0] not in passed and name.split(".")[0] != "_trainyard":
            return name, not is_library(frame.f_code.co_filename)
        frame = frame.f_back
    return "", False


def _merge(into: Dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        before = into.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            _merge(before, value)
        else:
            into[name] = value


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    result = dict(below)
    for name, value in above.items():
        result[name] = _merged(below.get(name), value)
    return result


def _count(value: Any, limit: int) -> int:
    """How many values a nested one holds, as far as the limit."""
    if not isinstance(value, (dict, list)):
        return 1
    count = 0
    for item in value.values() if isinstance(value, dict) else value:
        count += _count(item, limit - count)
        if count >= limit:
            break
    return count
