"""Watches the files of xgboost, which its library in C++ opens."""

from __future__ import annotations

from ..wrapping import note_calls
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def watch_core(core: Any) -> None:
    note_calls(core.Booster, "load_model", _loaded)
    note_calls(core.Booster, "save_model", _saved)
    note_calls(core.DMatrix, "save_binary", _saved_data)
    note_calls(core.Booster, "get_dump", lambda result, given, named: _named_features("get_dump", given, named))
    note_calls(core.Booster, "get_score", lambda result, given, named: _named_features("get_score", given, named))


def watch_data(data: Any) -> None:
    note_calls(data, "_from_uri", _data)


def _loaded(result: Any, given: Any, named: Any) -> None:
    paths.read(named.get("fname", given[1] if len(given) > 1 else None), "xgboost.Booster.load_model")


def _saved(result: Any, given: Any, named: Any) -> None:
    paths.wrote(
        named.get("fname", given[1] if len(given) > 1 else None), "xgboost.Booster.save_model", "model", "xgboost"
    )


def _saved_data(result: Any, given: Any, named: Any) -> None:
    paths.wrote(named.get("fname", given[1] if len(given) > 1 else None), "xgboost.DMatrix.save_binary", "data")


def _named_features(method: str, given: Any, named: Any) -> None:
    paths.read(named.get("fmap", given[1] if len(given) > 1 else None) or None, "xgboost.Booster." + method)


def _data(result: Any, given: Any, named: Any) -> None:
    """A path may be followed by ``?format=libsvm`` and ``#cache``."""
    path = paths.local_path(named.get("data", given[0] if given else None))
    if path is not None:
        paths.read(path.split("#")[0].split("?")[0], "xgboost.DMatrix")
