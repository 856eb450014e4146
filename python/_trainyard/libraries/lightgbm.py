"""Watches the files of lightgbm, which its library in C++ opens."""

from __future__ import annotations

import os

from ..wrapping import note_calls
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# LightGBM reads these too where they lie beside a data file: https://lightgbm.readthedocs.io/en/stable/Parameters.html
_BESIDE_DATA = (".weight", ".query", ".init", ".position")


def watch(basic: Any) -> None:
    note_calls(basic.Dataset, "__init__", _data)
    note_calls(basic.Dataset, "save_binary", _saved_data)
    note_calls(basic.Booster, "__init__", _loaded)
    note_calls(basic.Booster, "save_model", _saved)
    note_calls(basic._InnerPredictor, "predict", _predicted)


def _data(result: Any, given: Any, named: Any) -> None:
    path = paths.local_path(named.get("data", given[1] if len(given) > 1 else None))
    if path is not None:
        paths.read([path] + [path + end for end in _BESIDE_DATA if os.path.isfile(path + end)], "lightgbm.Dataset")


def _saved_data(result: Any, given: Any, named: Any) -> None:
    paths.wrote(named.get("filename", given[1] if len(given) > 1 else None), "lightgbm.Dataset.save_binary", "data")


def _loaded(result: Any, given: Any, named: Any) -> None:
    paths.read(named.get("model_file", given[3] if len(given) > 3 else None), "lightgbm.Booster")


def _saved(result: Any, given: Any, named: Any) -> None:
    paths.wrote(
        named.get("filename", given[1] if len(given) > 1 else None), "lightgbm.Booster.save_model", "model", "lightgbm"
    )


def _predicted(result: Any, given: Any, named: Any) -> None:
    paths.read(named.get("data", given[1] if len(given) > 1 else None), "lightgbm.Booster.predict")
