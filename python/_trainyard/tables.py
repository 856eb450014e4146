"""Tables as files: JSON lines, which keep every value, or CSV."""

from __future__ import annotations

from . import load
from .values import to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Optional, Sequence, Tuple

    from .session import Session

    Columns = List[Tuple[str, List[Any]]]


class NoTable(ValueError):
    pass


def keep(to: Session, table: Any, name: str, columns: Optional[Sequence[str]], format: str) -> None:
    if format not in ("jsonl", "csv"):
        raise NoTable("the format is “jsonl” or “csv”, not %r" % (format,))
    if to.open() is None:
        return
    text = as_csv(table, columns) if format == "csv" else as_json_lines(table, columns)
    place = name if name.endswith("." + format) else "%s.%s" % (name, format)
    load("artifacts").keep_content(to, text.encode("utf-8", "surrogatepass"), name, "table", place=place)


def as_json_lines(table: Any, columns: Optional[Sequence[str]] = None) -> str:
    """A line for each row, an object by column; NaN and the infinities as Python's `json` writes and reads them."""
    import json

    names, rows = rows_of(table, columns)
    lines = []
    for row in rows:
        given = {name: _cell(value) for name, value in zip(names, row) if value is not _missing}
        lines.append(json.dumps(given, ensure_ascii=False) + "\n")
    return "".join(lines)


def as_csv(table: Any, columns: Optional[Sequence[str]] = None) -> str:
    """A head and a line for each row, as RFC 4180 says; floats to the bit, None and what is missing as nothing."""
    import csv
    from io import StringIO

    names, rows = rows_of(table, columns)
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if value is _missing or value is None else _plain(_cell(value)) for value in row])
    return text.getvalue()


def rows_of(table: Any, columns: Optional[Sequence[str]]) -> Tuple[List[str], Iterable[Sequence[Any]]]:
    """The names of the columns, and the rows; a value that a row lacks is `_missing`."""
    found = columns_of(table)
    if found is not None:
        return [name for name, _ in found], list(zip(*[values for _, values in found]))
    rows = table.tolist() if hasattr(table, "tolist") else list(table)
    if all(hasattr(row, "keys") for row in rows):
        names = list(dict.fromkeys([str(key) for row in rows for key in row.keys()]))
        by_name = [{str(key): row[key] for key in row.keys()} for row in rows]
        wanted = [str(name) for name in columns] if columns is not None else names
        return wanted, [[row.get(name, _missing) for name in wanted] for row in by_name]
    rows = [list(row) if isinstance(row, (list, tuple)) else [row] for row in rows]
    width = max([len(row) for row in rows] or [0])
    names = [str(name) for name in columns] if columns is not None else [str(number) for number in range(width)]
    if len(names) < width:
        raise NoTable("there are %d columns but %d names" % (width, len(names)))
    return names, [row + [_missing] * (len(names) - len(row)) for row in rows]


def columns_of(table: Any) -> Optional[Columns]:
    """The columns of a frame or of a dictionary of columns; None for rows."""
    root = type(table).__module__.partition(".")[0]
    if root == "polars" and hasattr(table, "collect"):
        table = table.collect()
    if root in ("polars", "pyarrow"):
        names = table.columns if root == "polars" else table.column_names
        columns = [table.get_column(name) for name in names] if root == "polars" else list(table.columns)
        return [
            (str(name), column.to_list() if root == "polars" else column.to_pylist())
            for name, column in zip(names, columns)
        ]
    if hasattr(table, "iloc") and hasattr(table, "columns"):
        return _index_columns(table) + [
            (_label(name), _values(table.iloc[:, place])) for place, name in enumerate(table.columns)
        ]
    if hasattr(table, "iloc") and hasattr(table, "index"):
        return _index_columns(table) + [(_label(table.name) if table.name is not None else "value", _values(table))]
    if hasattr(table, "keys"):
        held = {str(key): table[key] for key in table.keys()}
        lists = [(key, values.tolist() if hasattr(values, "tolist") else list(values)) for key, values in held.items()]
        if len({len(values) for _, values in lists}) > 1:
            raise NoTable("the columns differ in length")
        return lists
    return None


def _index_columns(table: Any) -> Columns:
    """An index that says more than the number of the row."""
    index = table.index
    if type(index).__name__ == "RangeIndex" and index.name is None and index.start == 0 and index.step == 1:
        return []
    names = [str(name) if name is not None else "index" for name in index.names]
    if len(names) == 1:
        return [(names[0], list(index))]
    return [(name, list(index.get_level_values(level))) for level, name in enumerate(names)]


def _label(name: Any) -> str:
    return "/".join([str(part) for part in name]) if isinstance(name, tuple) else str(name)


def _values(column: Any) -> List[Any]:
    values: List[Any] = column.tolist()
    return values


def _cell(value: Any) -> Any:
    """What JSON holds of a value; a time that is none, and the like, is None."""
    if type(value) in (str, int, float, bool, type(None)):
        return value
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    return to_json(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return value


class _Missing:
    pass


_missing: Any = _Missing()
