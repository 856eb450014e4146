"""Finds a run of a store by its id, the beginning of one, or its name."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple

SHORTEST_PREFIX = 4


def find(store: str, wanted: str) -> Optional[Tuple[str, str]]:
    """Id and name; of several runs of a name the newest. The name is the one that the run was begun with."""
    runs = os.path.join(store, "runs")
    try:
        ids = sorted([name for name in os.listdir(runs) if len(name) == 36 and name[0] != "."], reverse=True)
    except OSError:
        return None
    if len(wanted) >= SHORTEST_PREFIX:
        fitting = [run for run in ids if run.startswith(wanted.lower())]
        if len(fitting) == 1:
            return fitting[0], _name(runs, fitting[0]) or fitting[0]
    for run in ids:
        if _name(runs, run) == wanted:
            return run, wanted
    return None


def _name(runs: str, run: str) -> Optional[str]:
    try:
        with open(os.path.join(runs, run, "run.json"), encoding="utf-8") as file:
            name = json.load(file).get("name")
    except (OSError, ValueError, AttributeError):
        return None
    return name if isinstance(name, str) else None
