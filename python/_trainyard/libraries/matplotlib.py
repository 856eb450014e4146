"""Keeps the figures that a script shows where there is no window to show them in.

A figure is drawn from a copy: drawing sets ticks, limits and layout, and the script may look at them afterwards.
"""

from __future__ import annotations

import sys
import time
from hashlib import sha256
from io import BytesIO

from .. import load
from ..session import session
from ..wrapping import note_calls
from .figure_copy import pickled, unpickled
from .silence import Silent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

MOST_FIGURES = 50
MOST_SECONDS = 20.0
MOST_PIXELS = 16_000_000


class _Kept:
    """What is known of one figure."""

    def __init__(self) -> None:
        self.name = ""
        # Digests of what its state and its picture were.
        self.state = self.picture = b""
        # What it looked like, roughly, when the script itself wrote it to a file.
        self.saved: Any = None


class _State:
    def __init__(self) -> None:
        self.known: Any = None
        self.figures = self.pictures = 0
        self.seconds = 0.0

    def of(self, figure: Any) -> _Kept:
        if self.known is None:
            self.known = sys.modules["weakref"].WeakKeyDictionary()
        return self.known.setdefault(figure, _Kept())  # type: ignore[no-any-return]


_state = _State()


def watch(backend_bases: Any) -> None:
    note_calls(backend_bases.FigureManagerBase, "show", _shown, before=True)


def saved(figure: Any) -> None:
    """Tells that the script writes a figure to a file: shown afterwards, the same figure is not kept once more."""
    _state.of(figure).saved = _outline(figure)


def _shown(result: Any, given: Any, named: Any) -> None:
    """The managers of interactive backends have a `show` of their own."""
    if not session.speaks:
        return
    if _state.pictures >= MOST_FIGURES or _state.seconds >= MOST_SECONDS:
        session.warn("figures-limit", quietly=True, count=_state.pictures)
        return
    start = time.monotonic()
    try:
        _keep(given[0].canvas.figure)
    finally:
        _state.seconds += time.monotonic() - start


def _keep(figure: Any) -> None:
    kept = _state.of(figure)
    if kept.saved is not None and kept.saved == _outline(figure):
        return
    content, shared = pickled(figure)
    state = sha256(content).digest()
    if state == kept.state:
        return
    picture = _drawn(unpickled(content, shared))
    kept.state = state
    if sha256(picture).digest() == kept.picture:
        return
    kept.picture = sha256(picture).digest()
    if not kept.name:
        _state.figures += 1
        kept.name = "figure-%d.png" % _state.figures
    load("artifacts").keep_content(session, picture, kept.name, "figure")
    _state.pictures += 1


def _drawn(copy: Any) -> bytes:
    width, height = copy.get_size_inches()
    options: Dict[str, Any] = {}
    if width * height * copy.dpi**2 > MOST_PIXELS:
        options["dpi"] = (MOST_PIXELS / (width * height)) ** 0.5
    buffer = BytesIO()
    with Silent(), sys.modules["numpy"].errstate(all="ignore"):
        copy.savefig(buffer, format="png", **options)
    copy.clear()
    return buffer.getvalue()


def _outline(figure: Any) -> Any:
    axes = [(len(one.get_children()), one.get_title(), tuple(one.dataLim.bounds)) for one in figure.axes]
    return len(figure.get_children()), axes
