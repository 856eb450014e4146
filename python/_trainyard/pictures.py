"""Figures and images, kept as PNG without a library for it."""

from __future__ import annotations

import os
import struct
import sys
import zlib

from . import load
from .values import short_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, List, Optional, Tuple

    from .session import Session

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"%PDF-", "pdf"),
    (b"RIFF", "webp"),
)
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}


class NoPicture(ValueError):
    pass


def figure(to: Session, what: Any, name: Optional[str], step: Optional[int]) -> None:
    """A matplotlib or plotly figure, an image, a path, or a file's bytes."""
    called = name or _own_name(what) or "figure"
    _keep(to, what, called, "figure", step)


def image(to: Session, what: Any, name: str, step: Optional[int]) -> None:
    """An array of pixels, a Pillow image, a path, or a file's bytes."""
    _keep(to, what, str(name), "image", to.next_picture(str(name), step))


def _keep(to: Session, what: Any, name: str, kind: str, step: Optional[int]) -> None:
    if to.open() is None:
        return
    if kind == "figure" and step is None:
        step = to.next_picture(name, None)
    elif kind == "figure":
        to.next_picture(name, step)
    content, ending = _content(what)
    place = name if name.lower().endswith("." + ending) else "%s.%s" % (name, ending)
    stem = place[: -len(ending) - 1]
    load("artifacts").keep_content(to, content, name, kind, place="%s/%d.%s" % (stem, step or 0, ending), step=step)


def _own_name(what: Any) -> Optional[str]:
    if isinstance(what, (str, os.PathLike)):
        return os.path.splitext(os.path.basename(os.fspath(what)))[0]
    label = getattr(what, "get_label", None)
    text = label() if callable(label) else None
    return text if isinstance(text, str) and text and not text.startswith("_") else None


def _content(what: Any) -> Tuple[bytes, str]:
    if isinstance(what, (str, os.PathLike)):
        path = os.fspath(what)
        with open(path, "rb") as file:
            content = file.read()
        return content, _ending(content) or os.path.splitext(str(path))[1].lstrip(".").lower() or "bin"
    if isinstance(what, (bytes, bytearray, memoryview)):
        content = bytes(what)
        return content, _ending(content) or "bin"
    savefig = _savefig(what)
    if savefig is not None:
        return _written(lambda file: savefig(file, format="png")), "png"
    if hasattr(what, "to_image") and hasattr(what, "to_html"):
        return _plotly(what)
    if hasattr(what, "save") and hasattr(what, "mode") and hasattr(what, "size"):
        return _written(lambda file: what.save(file, format="PNG")), "png"
    return png(what), "png"


def _ending(content: bytes) -> Optional[str]:
    for signature, ending in _SIGNATURES:
        if content.startswith(signature):
            return ending
    head = content[:1000].lstrip().lower()
    return "svg" if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head else None


def _savefig(what: Any) -> Optional[Callable[..., Any]]:
    """Of a figure, or of what belongs to one: axes, pyplot itself, a grid of seaborn's."""
    if type(what).__name__ == "module" and hasattr(what, "gcf"):
        what = what.gcf()
    for held in (what, getattr(what, "figure", None), getattr(what, "fig", None)):
        savefig = getattr(held, "savefig", None)
        if callable(savefig):
            found: Callable[..., Any] = savefig
            return found
    return None


def _plotly(what: Any) -> Tuple[bytes, str]:
    """As a picture where plotly can make one, which takes another package; else as the page that it makes."""
    try:
        return bytes(what.to_image(format="png")), "png"
    except Exception:
        return str(what.to_html(include_plotlyjs="cdn")).encode("utf-8"), "html"


def _written(write: Callable[[Any], Any]) -> bytes:
    from io import BytesIO

    file = BytesIO()
    write(file)
    return file.getvalue()


def png(pixels: Any) -> bytes:
    """
    :param pixels: H×W, H×W×1, H×W×3 or H×W×4 as an array, a tensor or lists. Whole numbers go from 0 to 255, floating-point
        numbers from 0 to 1, booleans are black and white; what lies outside is cut off, NaN is 0. A tensor may have its
        channels first.
    """
    height, width, channels, rows = _rows(pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    data = zlib.compress(b"".join([b"\x00" + row for row in rows]), 6)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rows(pixels: Any) -> Tuple[int, int, int, List[bytes]]:
    numpy = sys.modules.get("numpy")
    is_tensor = hasattr(pixels, "detach")
    if is_tensor:
        pixels = pixels.detach().cpu()
        pixels = pixels.float() if "bfloat16" in str(pixels.dtype) else pixels
    if hasattr(pixels, "numpy") and not hasattr(pixels, "strides"):
        pixels = pixels.numpy()
    if numpy is None or not hasattr(pixels, "__array__"):
        return _rows_of_lists(pixels)
    array = numpy.asarray(pixels)
    if array.ndim == 3 and array.shape[2] not in _COLOUR_TYPES and array.shape[0] in _COLOUR_TYPES:
        array = numpy.moveaxis(array, 0, 2)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in _COLOUR_TYPES or 0 in array.shape:
        raise NoPicture("an array of the shape %s is no image" % (tuple(array.shape),))
    if array.dtype.kind == "b":
        array = array.astype("uint8") * 255
    elif array.dtype.kind == "f":
        array = numpy.rint(numpy.clip(numpy.nan_to_num(array.astype("float64"), posinf=1.0, neginf=0.0), 0, 1) * 255)
    elif array.dtype.kind not in "ui":
        raise NoPicture("an array of %s is no image" % array.dtype)
    array = numpy.ascontiguousarray(numpy.clip(array, 0, 255).astype("uint8"))
    height, width, channels = array.shape
    return height, width, channels, [array[row].tobytes() for row in range(height)]


def _rows_of_lists(pixels: Any) -> Tuple[int, int, int, List[bytes]]:
    if hasattr(pixels, "tolist"):
        pixels = pixels.tolist()
    if not isinstance(pixels, (list, tuple)) or not pixels or not isinstance(pixels[0], (list, tuple)) or not pixels[0]:
        raise NoPicture("%s is no image" % short_text(type(pixels).__name__))
    first = pixels[0][0]
    channels = len(first) if isinstance(first, (list, tuple)) else 1
    width = len(pixels[0])
    if channels not in _COLOUR_TYPES or any(len(row) != width for row in pixels):
        raise NoPicture("lists of these lengths are no image")
    rows = []
    for row in pixels:
        values = [value for pixel in row for value in (pixel if isinstance(pixel, (list, tuple)) else (pixel,))]
        if len(values) != width * channels:
            raise NoPicture("lists of these lengths are no image")
        rows.append(bytes([_byte(value) for value in values]))
    return len(pixels), width, channels, rows


def _byte(value: Any) -> int:
    if isinstance(value, bool):
        return 255 if value else 0
    if isinstance(value, float):
        value = round(min(max(value, 0.0), 1.0) * 255) if value == value else 0
    return int(min(max(value, 0), 255))
