"""JSON text without the ``json`` module, which costs milliseconds at a script's start."""

try:
    from _json import encode_basestring_ascii as _quote
except ImportError:
    from json.encoder import encode_basestring_ascii as _quote

quote = _quote


def dumps(value: object) -> str:
    """Writes None, bool, int, float, str, list and dict with string keys, in ASCII.

    NaN and the infinities become the strings "NaN", "Infinity" and "-Infinity"; a lone surrogate stays as it is, escaped.
    """
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict):
        return "{" + ",".join([quote(key) + ":" + dumps(item) for key, item in value.items()]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([dumps(item) for item in value]) + "]"
    raise TypeError("not JSON: " + type(value).__name__)


def float_text(value: float) -> str:
    """The shortest text that reads back as exactly this number."""
    if value - value == 0.0:
        return float.__repr__(value)
    if value != value:
        return '"NaN"'
    return '"Infinity"' if value > 0 else '"-Infinity"'
