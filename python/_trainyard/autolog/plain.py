"""What is kept of the parameters of a library's object: numbers, texts, and the names of everything else."""

from __future__ import annotations

from ..values import short_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Union

MOST_ITEMS = 50
MOST_PARAMETERS = 300
DEEPEST = 4
LONGEST_TEXT = 500


def plain_parameters(values: Mapping[Any, Any]) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for name, value in values.items():
        if len(found) >= MOST_PARAMETERS:
            break
        found[str(name)] = plain(value)
    return found


def plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON can hold it. Calls nothing that the script wrote: of an object it is the class's name."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return short_text(value, LONGEST_TEXT) if len(value) > LONGEST_TEXT else value
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and type(value).__module__.partition(".")[0] in ("numpy", "pandas", "scipy", "torch"):
        return _array(value, shape, depth)
    if depth < DEEPEST and isinstance(value, (list, tuple, dict, set, frozenset)) and len(value) <= MOST_ITEMS:
        if isinstance(value, dict):
            return {str(key): plain(item, depth + 1) for key, item in value.items()}
        items = [plain(item, depth + 1) for item in value]
        return sorted(items, key=str) if isinstance(value, (set, frozenset)) else items
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return "%s of %d" % (type(value).__name__, len(value))
    if type(value).__module__.startswith("sklearn.gaussian_process"):
        return repr(value)
    text = getattr(value, "value", None)
    if isinstance(text, str) and hasattr(type(value), "__members__"):
        return text
    named = value if isinstance(value, type) or hasattr(value, "__qualname__") else type(value)
    return str(getattr(named, "__qualname__", type(value).__name__))


def _array(value: Any, shape: Any, depth: int) -> Any:
    if shape == () or type(value).__module__ == "numpy" and not hasattr(value, "__len__"):
        return number(value)
    size = 1
    for length in shape:
        size *= length
    if size <= MOST_ITEMS and hasattr(value, "tolist"):
        return plain(value.tolist(), depth)
    return "%s (%s)" % (type(value).__name__, " × ".join([str(length) for length in shape]))


def number(value: Any) -> Optional[Union[int, float]]:
    """A Python number of the same value, where it is one number."""
    kind = type(value)
    if kind is float or kind is int:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return int(value)
    if not isinstance(value, (int, float)):
        item = getattr(value, "item", None)
        size = getattr(value, "size", None)
        count = size() if callable(size) else size
        if item is None or type(value).__name__ == "MaskedConstant" or not (count == 1 or hasattr(value, "numel") and value.numel() == 1):
            return None
        value = item()
    if isinstance(value, int):
        return int(value)
    return float(value) if isinstance(value, float) else None
