"""Records the settings that a script reads from YAML and TOML files."""

from __future__ import annotations

from .omegaconf_values import plain
from .parameters import caller, is_command_line, record_file, record_overrides
from .session import session
from .wrapping import note_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

# Installed code that reads the script's own settings for it.
_READERS = ("transformers.hf_argparser", "configargparse")


def watch_yaml(yaml: Any) -> None:
    note_calls(yaml, "load", _note_yaml)


def watch_ruamel(main: Any) -> None:
    note_calls(main.YAML, "load", lambda result, given, named: _note_yaml(result, given[1:], named))


def watch_toml(toml: Any) -> None:
    note_calls(toml, "load", _note_toml)


def watch_omegaconf(omegaconf: Any) -> None:
    note_calls(omegaconf.OmegaConf, "load", _note_omegaconf)
    note_calls(omegaconf.OmegaConf, "from_cli", _note_from_cli)


def _note_yaml(result: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if isinstance(result, dict) and _is_asked_for("yaml", "ruamel"):
        record_file("yaml", _path(given[0] if given else named.get("stream")), result)


def _note_toml(result: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if isinstance(result, dict) and _is_asked_for("tomllib", "tomli", "toml"):
        record_file("toml", _path(given[0] if given else None), result)


def _note_omegaconf(result: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if _is_asked_for("omegaconf"):
        record_file("yaml", _path(given[0] if given else named.get("file_")), plain(result))


def _note_from_cli(result: Any, given: Tuple[Any, ...], named: Dict[str, Any]) -> None:
    if is_command_line(given[0] if given else named.get("args_list")):
        record_overrides("omegaconf", plain(result))


def _is_asked_for(*passed: str) -> bool:
    if not session.speaks:
        return False
    module, own = caller(*passed)
    return own or module in _READERS


def _path(stream: Any) -> Optional[str]:
    """The file behind a stream or a path; None for text."""
    if hasattr(stream, "__fspath__"):
        stream = stream.__fspath__()
    elif hasattr(stream, "read"):
        stream = getattr(stream, "name", None)
    elif isinstance(stream, str) and (":" in stream or "\n" in stream):
        return None
    return stream if isinstance(stream, str) else None
