"""Copies a figure, so that the original is not touched when the copy is drawn."""

from __future__ import annotations

import sys
from io import BytesIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Tuple

# Arrays of so many bytes are shared with the original: drawing does not write into data.
BIG_BYTES = 1 << 16
# A number for callbacks that no figure has reached.
_FREE_CALLBACK = 1 << 30


def pickled(figure: Any) -> Tuple[bytes, List[Any]]:
    """The same bytes for a figure in the same state, and what they refer to: functions, classes and large arrays."""
    pickle = sys.modules["pickle"]
    shared: List[Any] = []

    class Pickler(pickle.Pickler):  # type: ignore[misc,name-defined,unused-ignore]
        def persistent_id(self, part: Any) -> Any:
            if not isinstance(part, _SHARED) and not (hasattr(part, "nbytes") and part.nbytes > BIG_BYTES):
                return None
            shared.append(part)
            return len(shared) - 1

        def reducer_override(self, part: Any) -> Any:
            return _without_its_place(part)

    buffer = BytesIO()
    Pickler(buffer, 4).dump(figure)
    return buffer.getvalue(), shared


def unpickled(content: bytes, shared: List[Any]) -> Any:
    pickle = sys.modules["pickle"]

    class Unpickler(pickle.Unpickler):  # type: ignore[misc,name-defined,unused-ignore]
        def persistent_load(self, number: Any) -> Any:
            return shared[number]

    return Unpickler(BytesIO(content)).load()


_SHARED = (type(lambda: None), type(len), type(sys), type)


def _without_its_place(part: Any) -> Any:
    """A figure that pyplot does not know of; callbacks of matplotlib's own only, and none of them counted."""
    kind = type(part)
    if _is_a(kind, "matplotlib.figure", "Figure"):
        state = part.__getstate__()
        state.pop("_restore_to_pylab", None)
        return _new, (kind,), state
    if _is_a(kind, "matplotlib.cbook", "CallbackRegistry") and {"_pickled_cids", "_cid_gen"} <= set(vars(part)):
        kept = {
            signal: {number: proxy() for number, proxy in numbered.items() if number in part._pickled_cids}
            for signal, numbered in part.callbacks.items()
        }
        return _new, (kind,), {**vars(part), "callbacks": kept, "_func_cid_map": None, "_cid_gen": _FREE_CALLBACK}
    return NotImplemented


def _is_a(kind: type, module: str, name: str) -> bool:
    return any(one.__name__ == name and one.__module__.startswith(module) for one in kind.__mro__)


def _new(kind: Any) -> Any:
    return kind.__new__(kind)
