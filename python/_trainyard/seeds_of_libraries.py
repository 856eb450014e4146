"""Takes down the seeds of numpy's older generators: ``RandomState(5)``, and what scikit-learn makes of ``random_state=5``."""

from __future__ import annotations

import sys

from .callers import library_frames, name_of, outermost
from .seeds import tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

# So many are looked at; what seeds more of them draws their seeds.
MOST_LOOKS = 300
_ARGUMENTS = ("random_state", "seed")

_looks = 0


def watch_random_state(generator: Any) -> None:
    """
    :param generator: the compiled module in which a seed becomes a state. It asks the module ``operator``, by a name of its
        own, for the seed's number; nobody else sees what stands there.
    """
    real = getattr(generator, "operator", None)
    if real is None or not hasattr(real, "index"):
        return

    def index(value: Any) -> Any:
        global _looks
        number = real.index(value)
        _looks += 1
        if _looks > MOST_LOOKS:
            generator.operator = real
        else:
            _note(number)
        return number

    stand_in = type(real)(real.__name__)
    vars(stand_in).update(vars(real), index=index)
    generator.operator = stand_in


def _note(seed: int) -> None:
    frame = sys._getframe(2)
    if frame.f_globals.get("__name__") == "_trainyard.wrapping":
        return  # `numpy.random.seed`, which is watched itself.
    frames = library_frames(frame)
    if frames == []:
        tell("numpy.RandomState", seed)
    elif frames:
        call = outermost(frames)
        # What a library seeds by itself, or with a number that it drew, is no seed of the script's.
        if call is not None and _asked_for(call) == seed:
            tell(name_of(call), seed)


def _asked_for(call: Any) -> Optional[int]:
    given = call.f_locals
    values = [given.get(name) for name in _ARGUMENTS] + [getattr(given.get("self"), _ARGUMENTS[0], None)]
    return next((value for value in values if type(value) is int), None)
