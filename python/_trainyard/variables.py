"""What the variables of a function held: names, types and shapes.

An object is never asked for its text, nor for anything where its type is the script's own: that could run any code, and wait
for anything.
"""

from __future__ import annotations

from .masking import MASKED, is_secret_name, mask_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Tuple

MOST_VARIABLES = 40
LONGEST_TEXT = 100
LONGEST_NAME = 100
_MOST_DTYPES = 5
# Whose arrays, tensors and tables tell their shape without work.
_WITH_SHAPES = frozenset(
    "numpy torch pandas polars pyarrow scipy tensorflow jax jaxlib cupy keras h5py xarray cudf mlx sparse".split()
)
_COLLECTIONS = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)
_NOT_DATA = frozenset(
    (
        "module",
        "function",
        "builtin_function_or_method",
        "type",
        "method",
        "_Feature",
        "ABCMeta",
        "EnumMeta",
        "EnumType",
    )
)


def describe_variables(variables: Mapping[str, Any]) -> Tuple[List[Dict[str, Any]], int]:
    """The first variables, as an `exception` record has them, and how many more there are."""
    told = []
    for name, value in list(variables.items()):
        if (
            isinstance(name, str)
            and not name.startswith(("__", "."))
            and _look(type(value), "__name__") not in _NOT_DATA
        ):
            told.append((name, value))
    return [_describe(name, value) for name, value in told[:MOST_VARIABLES]], max(0, len(told) - MOST_VARIABLES)


def _describe(name: str, value: Any) -> Dict[str, Any]:
    found: Dict[str, Any] = {"name": name[:LONGEST_NAME], "type": type_name(type(value))}
    try:
        kind = type(value)
        root = _root(kind)
        if root in _WITH_SHAPES:
            _describe_array(found, value, root)
        elif not is_secret_name(name):
            for collection in _COLLECTIONS:
                if issubclass(kind, collection):
                    found["length"] = collection.__len__(value)  # type: ignore[attr-defined,unused-ignore]
        _add_value(found, name, value)
    except Exception as error:
        # A closed file of arrays, a deleted buffer: then its type has to do.
        found["type"] += " (%s)" % type(error).__name__
    return found


def describe_argument(value: Any) -> Any:
    """An argument as a parameter: of an array, a tensor or a table its type, shape and dtype."""
    if _root(type(value)) not in _WITH_SHAPES or getattr(value, "shape", None) in (None, ()):
        return value
    found: Dict[str, Any] = {}
    _describe_array(found, value, _root(type(value)))
    shape = "(%s)" % ", ".join([str(size) for size in found["shape"]])
    return " ".join([type_name(type(value)), shape, found.get("dtype", "")]).rstrip()


def _describe_array(found: Dict[str, Any], value: Any, root: str) -> None:
    shape = getattr(value, "shape", None)
    if shape is not None:
        found["shape"] = [int(size) if size is not None else -1 for size in tuple(shape)]
    dtypes = getattr(value, "dtypes", None) if root in ("pandas", "polars", "cudf") else None
    dtype = getattr(value, "dtype", None)
    if dtype is not None:
        found["dtype"] = str(getattr(dtype, "name", dtype) if root == "tensorflow" else dtype)
    elif dtypes is not None:
        kinds = list(dict.fromkeys([str(each) for each in list(dtypes)]))
        more = ["…"] if len(kinds) > _MOST_DTYPES else []
        found["dtype"] = ", ".join(kinds[:_MOST_DTYPES] + more)


def _add_value(found: Dict[str, Any], name: str, value: Any) -> None:
    if _root(type(value)) == "numpy" and found.get("shape") == [] and hasattr(value, "item"):
        value = value.item()
    if value is not None and is_secret_name(name):
        found["value"] = MASKED
    elif value is None or value is True or value is False:
        found["value"] = value
    elif type(value) is int:
        found["value"] = value if value.bit_length() <= 63 else hex(value)[:LONGEST_TEXT]
    elif type(value) is float:
        found["value"] = value
    elif type(value) is str and len(value) <= LONGEST_TEXT:
        found["value"] = mask_secrets(value)


def type_name(kind: type) -> str:
    """``numpy.ndarray``, ``pandas.DataFrame``, ``Net``: without the modules between a package and its class."""
    module, name = _look(kind, "__module__"), _look(kind, "__qualname__")
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return str(name)
    return "%s.%s" % (module.partition(".")[0], name)


def _root(kind: type) -> str:
    module = _look(kind, "__module__")
    return module.partition(".")[0] if isinstance(module, str) else ""


def _look(kind: type, name: str) -> Any:
    """An attribute of a class, without its metaclass being asked."""
    return type.__getattribute__(kind, name)
