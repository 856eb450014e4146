"""Turns what a script hands over into what a journal holds."""

from __future__ import annotations

import sys

from .json_text import float_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

EXACT_INTEGER = 2**53
LONGEST_ARRAY = 10_000
DEEPEST = 50


class NotANumber(Exception):
    """A metric was given something that has no value as one number."""


def metric_text(value: Any) -> str:
    """A metric's value as JSON text: to the bit for floats, exact for integers up to 2**53, the nearest float beyond.

    Takes numbers and everything that holds one number: scalars and one-element arrays of numpy, torch, pandas and the like.
    Raises NotANumber, whatever the value does.
    """
    kind = type(value)
    if kind is float:
        return float_text(value)
    try:
        if kind is bool:
            return "1" if value else "0"
        if not isinstance(value, int):
            value = _number(value)
        if isinstance(value, int) and -EXACT_INTEGER <= value <= EXACT_INTEGER:
            return int.__repr__(value)
        return float_text(float(value))
    except Exception as error:
        raise NotANumber from error


def _number(value: Any) -> float:
    if type(value).__name__ == "MaskedConstant":
        raise TypeError("numpy's masked value, which calls itself 0")
    for _ in range(2):
        item = getattr(value, "item", None)
        if callable(item):
            value = item()
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (str, bytes, bytearray)):
        raise TypeError("text")
    kind = type(value)
    if not hasattr(kind, "__float__") and not hasattr(kind, "__index__"):
        raise TypeError("not a number")
    return float(value)


def step_number(step: Any) -> int:
    """A step as an integer; raises NotANumber for one that is none, or lies beyond 2**53."""
    try:
        if type(step) is not int:
            number = _number(step)
            step = int(number)
            if step != number:
                raise NotANumber
    except NotANumber:
        raise
    except Exception as error:
        raise NotANumber from error
    if not -EXACT_INTEGER <= step <= EXACT_INTEGER:
        raise NotANumber
    return int(step)


def to_json(value: Any, unreadable: Optional[Callable[[], None]] = None) -> Any:
    """A parameter's value as JSON; never raises. `unreadable` is called where an object's text stands for it."""
    return _Reader(unreadable or (lambda: None)).read(value, 0)


def short_text(value: Any, limit: int = 200) -> str:
    """What a person can be shown of a value, on one line; never raises."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except Exception:
        text = "<" + type(value).__name__ + ">"
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return "".join([c if c.isprintable() else repr(c)[1:-1] for c in text])


class _Reader:
    def __init__(self, unreadable: Callable[[], None]) -> None:
        self.unreadable = unreadable
        self.open: set[int] = set()

    def read(self, value: Any, depth: int) -> Any:
        try:
            if value is None or value is True or value is False:
                return value
            kind = type(value)
            if kind is str or kind is float or kind is int:
                return value if kind is not int else self._integer(value)
            if depth > DEEPEST or id(value) in self.open:
                return self._as_text(value)
            self.open.add(id(value))
            try:
                return self._object(value, depth)
            finally:
                self.open.discard(id(value))
        except Exception:
            return self._as_text(value)

    def _integer(self, value: int) -> Any:
        return int(value) if -(2**63) <= value < 2**64 else (str(value) if value.bit_length() < 10_000 else hex(value))

    def _object(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, float):
            return float.__float__(value)
        enum = sys.modules.get("enum")
        if enum is not None and isinstance(value, enum.Enum):
            return self.read(value.value, depth + 1)
        if isinstance(value, int):
            return self._integer(int(value))
        if isinstance(value, (bytes, bytearray)):
            return bytes(value).decode("utf-8")
        if isinstance(value, (set, frozenset)):
            return [self.read(item, depth + 1) for item in sorted(value, key=repr)]
        if isinstance(value, (list, tuple, range)):
            return [self.read(item, depth + 1) for item in value]
        if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
            return value.__module__ + "." + value.__qualname__ if value.__module__ != "builtins" else value.__qualname__
        size = getattr(value, "size", 0)
        if isinstance(size, int) and size > LONGEST_ARRAY:
            return self._as_text(value)
        if hasattr(value, "keys") and hasattr(value, "__getitem__"):
            return {self._key(key): self.read(value[key], depth + 1) for key in value.keys()}
        if hasattr(value, "__fspath__"):
            path = value.__fspath__()
            return path if isinstance(path, str) else path.decode("utf-8", "surrogateescape")
        if hasattr(value, "tolist"):
            return self.read(value.tolist(), depth + 1)
        fields = getattr(value, "__dataclass_fields__", None)
        if fields is not None:
            return {name: self.read(getattr(value, name), depth + 1) for name in fields}
        if type(value).__name__ in ("Namespace", "SimpleNamespace"):
            return {name: self.read(item, depth + 1) for name, item in vars(value).items()}
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        if hasattr(value, "write") and isinstance(getattr(value, "name", None), str):
            return value.name
        if type(value).__module__.split(".")[0] in ("decimal", "fractions", "uuid", "torch", "numpy", "jax", "complex"):
            return str(value)
        return self._as_text(value)

    @staticmethod
    def _key(key: Any) -> str:
        return str.__str__(key) if isinstance(key, str) else str(key)

    def _as_text(self, value: Any) -> str:
        self.unreadable()
        try:
            return repr(value)
        except Exception:
            return "<" + type(value).__name__ + ">"
