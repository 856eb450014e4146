"""Records what absl's flags, docopt and jsonargparse (LightningCLI) parsed."""

from __future__ import annotations

from .parameters import is_command_line, record
from .wrapping import note_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Tuple


def watch_absl(flagvalues: Any) -> None:
    note_calls(flagvalues.FlagValues, "__call__", _note_absl)


def watch_docopt(docopt: Any) -> None:
    note_calls(docopt, "docopt", _note_docopt)


def watch_jsonargparse(core: Any) -> None:
    note_calls(core.ArgumentParser, "parse_args", _note_jsonargparse)


def _note_jsonargparse(result: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if is_command_line(given[1] if len(given) > 1 else named.get("args")) and hasattr(result, "as_dict"):
        record("jsonargparse", result.as_dict())


def _note_absl(_: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    values, argv = given[0], given[1] if len(given) > 1 else named.get("argv")
    if argv is None or not is_command_line(list(argv)[1:]):
        return
    modules = values.flags_by_module_dict()
    own = {flag.name: flag.value for module, flags in modules.items() if _is_own(module) for flag in flags}
    record("absl", own)


def _is_own(module: str) -> bool:
    return module.split(".")[0] != "absl"


def _note_docopt(result: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if isinstance(result, dict) and is_command_line(given[1] if len(given) > 1 else named.get("argv")):
        record("docopt", {name.strip("-<>") or name: value for name, value in result.items()})
