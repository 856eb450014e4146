"""Takes down the seeds that a script sets. Reads only what the calls are given: no generator is asked, or moved on."""

from __future__ import annotations

import sys

from . import load
from .session import session
from .wrapping import failed, hide_wrapper, note_calls, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Set

_MOST_PARTS = 16
_known: Set[str] = set()
# What a worker set before it said that it is a rank.
_untold: Dict[str, Any] = {}


def watch_random(random: Any) -> None:
    if wrap(random, "seed", _around_seed):
        _let_pickle_find(random, "seed")
    _note(random.Random, "__init__", "random.Random", "x", place=1, only_of_script=True)


def watch_numpy(numpy_random: Any) -> None:
    _note(numpy_random, "seed", "numpy", "seed")
    _note(numpy_random, "default_rng", "numpy.default_rng", "seed", only_of_script=True)
    load("seeds_of_libraries").watch_random_state(sys.modules.get("numpy.random._mt19937"))


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


def tell(source: str, value: Any) -> None:
    """Records a source's first seed, where it says something to a reader."""
    seed = _plain(value) if source not in _known and value is not None else None
    if seed is None:
        return
    if session.speaks:
        _known.add(source)
        session.record("seed", source=source, value=seed)
    else:
        _untold.setdefault(source, seed)


def _note(
    owner: Any, function: str, source: str, argument: str, place: int = 0, only_of_script: bool = False
) -> None:
    """
    :param place: where the seed is among the arguments by position
    :param only_of_script: libraries make generators of their own with seeds of their own
    """

    def note(result: Any, given: Any, named: Any) -> None:
        # A class of the script's own may do something else with what it is given.
        if source not in _known and (place == 0 or type(given[0]) is owner):
            value = given[place] if len(given) > place else named.get(argument)
            if value is not None and not (only_of_script and _called_by_library()):
                tell(source, value)

    if note_calls(owner, function, note) and not isinstance(owner, type):
        _let_pickle_find(owner, function)


def _around_seed(original: Any) -> Any:
    """Scripts call this one often, and it takes little time: so it is not one of those that note all arguments."""

    def seed(a: Any = None, version: Any = 2, *more: Any) -> Any:
        try:
            result = original(a, version, *more) if more else original(a, version)
        except BaseException as error:
            hide_wrapper(error)
            raise
        if "random" not in _known:
            try:
                tell("random", a)
            except Exception as error:
                failed("seed", error)
        return result

    return seed


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
