"""Puts a watched function also where it was defined: pickle looks for it there."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def bring_home(owner: Any, name: str) -> None:
    """Call it once ``owner.name`` is wrapped, for a function that `owner` has from another module."""
    wrapper = vars(owner).get(name)
    original = getattr(wrapper, "__wrapped__", None)
    home, name_there = sys.modules.get(getattr(wrapper, "__module__", "")), getattr(wrapper, "__qualname__", "")
    if original is not None and home is not None and vars(home).get(name_there) is original:
        setattr(home, name_there, wrapper)
