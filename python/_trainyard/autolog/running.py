"""Which fit belongs to an object of a library, for as long as that object lives."""

from __future__ import annotations

from _weakref import ref

from . import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple


class Running:
    """A dictionary by identity that keeps no object alive. The objects of many libraries compare by value, or cannot be hashed."""

    def __init__(self) -> None:
        self._kept: Dict[int, Tuple[Any, Any]] = {}

    def get(self, owner: Any) -> Any:
        """What was put for this very object, or None."""
        found = self._kept.get(id(owner))
        return found[1] if found is not None and found[0]() is owner else None

    def put(self, owner: Any, kept: Any) -> None:
        key = id(owner)
        self._kept[key] = (ref(owner, lambda _: self._kept.pop(key, None)), kept)


def fit_with_curves(fits: Running, owner: Any, library: str) -> Optional[record.Fit]:
    """The fit of an object that trains, begun where there is none yet; None where no more are recorded."""
    fit: Optional[record.Fit] = fits.get(owner)
    if fit is None:
        fit = record.begin(library, library)
        if fit is not None:
            fit.has_curves()
            fits.put(owner, fit)
    return fit
