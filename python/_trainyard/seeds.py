"""Takes down the seeds that a script sets. Reads only what the calls are given: no generator is asked, or moved on."""

from __future__ import annotations

import sys

from .session import session
from .wrapping import note_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Set

_MOST_PARTS = 16
_known: Set[str] = set()
# What a worker set before it said that it is a rank.
_untold: Dict[str, Any] = {}


def watch_random(random: Any) -> None:
    _note(random, "seed", "random", "a")


def watch_numpy(numpy_random: Any) -> None:
    _note(numpy_random, "seed", "numpy", "seed")
    _note(numpy_random, "default_rng", "numpy.default_rng", "seed", only_of_script=True)


def watch_torch(torch_random: Any) -> None:
    # Before the package takes it over under its own name.
    _note(torch_random, "manual_seed", "torch", "seed")


def watch_tensorflow(tensorflow_random: Any) -> None:
    _note(tensorflow_random, "set_seed", "tensorflow", "seed")


def tell_untold() -> None:
    for source, seed in _untold.items():
        if source not in _known:
            _known.add(source)
            session.record("seed", source=source, value=seed)


def _note(owner: Any, function: str, source: str, argument: str, only_of_script: bool = False) -> None:
    """
    :param only_of_script: libraries make generators of their own with seeds of their own
    """

    def note(result: Any, given: Any, named: Any) -> None:
        if source in _known:
            return
        value = given[0] if given else named.get(argument)
        if value is None or only_of_script and _called_by_library():
            return
        seed = _plain(value)
        if seed is None:
            return
        if session.speaks:
            _known.add(source)
            session.record("seed", source=source, value=seed)
        else:
            _untold.setdefault(source, seed)

    if note_calls(owner, function, note):
        _let_pickle_find(owner, function)


def _let_pickle_find(owner: Any, function: str) -> None:
    """Some of these functions are methods of a hidden object, which their names lead to."""
    wrapper = vars(owner)[function]
    home = sys.modules.get(wrapper.__module__)
    if home is None or vars(home).get(wrapper.__qualname__) is not wrapper:
        wrapper.__module__, wrapper.__qualname__ = owner.__name__, function


def _called_by_library() -> bool:
    from .callers import is_library

    # Above are this function, the note, and the wrapper.
    return is_library(sys._getframe(3).f_code.co_filename)


def _plain(value: Any) -> Any:
    """A number, a text or a few numbers; None for what says nothing to a reader, as a generator."""
    value = getattr(value, "entropy", value)
    if isinstance(value, (bytes, bytearray)):
        value = value.decode("utf-8", "replace")
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        parts = [_plain(part) for part in value[: _MOST_PARTS + 1]]
        return None if None in parts or len(parts) > _MOST_PARTS else parts
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, int):
        return int(value) if value.bit_length() <= 63 else hex(value)
    return value if isinstance(value, float) else value[:200]
