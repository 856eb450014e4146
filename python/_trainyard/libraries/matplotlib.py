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
    from types import FrameType
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
    """
    :ivar open: figures that are shown while the script goes on, until they are closed
    """

    def __init__(self) -> None:
        self.open: Any = None
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
    # At the end of the process, matplotlib closes what is left.
    note_calls(backend_bases.FigureManagerBase, "destroy", _closed, before=True)


def saved(figure: Any) -> None:
    """Tells that the script writes a figure to a file: shown afterwards, the same figure is not kept once more."""
    _state.of(figure).saved = _outline(figure)


def _shown(result: Any, given: Any, named: Any) -> None:
    """The managers of interactive backends have a `show` of their own."""
    if not session.speaks:
        return
    if _state.open is None:
        _state.open = sys.modules["weakref"].WeakSet()
    figure = given[0].canvas.figure
    if _goes_on(sys._getframe(2)):
        _state.open.add(figure)
    else:
        _state.open.discard(figure)
        _keep_within_bounds(figure)


def _closed(result: Any, given: Any, named: Any) -> None:
    figure = given[0].canvas.figure
    if session.speaks and _state.open is not None and figure in _state.open:
        _state.open.discard(figure)
        _keep_within_bounds(figure)


def _goes_on(frame: FrameType) -> bool:
    """Whether what calls for a window does not wait until it is closed: what it shows in the end is what counts."""
    if frame.f_globals.get("__name__") == "matplotlib.figure" or frame.f_locals.get("block") is False:
        return True
    return bool(sys.modules["matplotlib"].is_interactive())


def _keep_within_bounds(figure: Any) -> None:
    if _state.pictures >= MOST_FIGURES or _state.seconds >= MOST_SECONDS:
        session.warn("figures-limit", quietly=True, count=_state.pictures)
        return
    start = time.monotonic()
    try:
        _keep(figure)
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
