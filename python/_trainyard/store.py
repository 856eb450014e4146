"""Where a run that a script opens by itself is kept. The same rules as in src/project."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

IGNORE_RULES = """# Runs and the index stay on this machine; registry/ is the team's record.
/*
!/registry/
"""


def choose_store(start: str) -> str:
    """The nearest `.trainyard` from a folder upwards, else one at the nearest git root, else one here. It may not exist yet."""
    for folder in _upwards(start):
        store = os.path.join(folder, ".trainyard")
        if os.path.isdir(store):
            return store
    for folder in _upwards(start):
        if os.path.exists(os.path.join(folder, ".git")):
            return os.path.join(folder, ".trainyard")
    return os.path.join(start, ".trainyard")


def create_store(store: str) -> None:
    """Makes a store folder, or leaves the one that is there as it is."""
    os.makedirs(store, exist_ok=True)
    try:
        with open(os.path.join(store, ".gitignore"), "x", encoding="utf-8", newline="\n") as file:
            file.write(IGNORE_RULES)
    except FileExistsError:
        pass


def _upwards(start: str) -> Iterator[str]:
    folder = os.path.abspath(start)
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent
