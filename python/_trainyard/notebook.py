"""Runs a notebook from top to bottom in one process, as a script would.

The cells run in a fresh ``__main__``, in the working folder that this was started in. Output goes to standard output,
the traceback of a cell names it as ``<cell 3>``: cells count from 1, text cells included, as an editor shows them.
"""

from __future__ import annotations

import json
import linecache
import os
import sys
import traceback
import types

from .exceptions import sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional


class Cell:
    def __init__(self, number: int, source: str) -> None:
        self.number = number
        self.source = source
        self.name = "<cell %d>" % number


class BadNotebook(Exception):
    """The file cannot be run, with the reason in words."""


def read_cells(path: str) -> List[Cell]:
    """The code cells of a notebook of format 3 or 4."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            notebook = json.load(file)
    except OSError as error:
        raise BadNotebook("%s cannot be read: %s" % (path, error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadNotebook("%s is not UTF-8 at byte %d." % (path, error.start)) from error
    except RecursionError as error:
        raise BadNotebook("%s is nested too deeply." % path) from error
    except ValueError as error:
        raise BadNotebook("%s is not JSON: %s. Save the notebook again." % (path, error)) from error
    if not isinstance(notebook, dict):
        raise BadNotebook("%s is not a notebook: it is no JSON object." % path)
    _check_language(path, notebook)
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise BadNotebook("%s is not a notebook: it has no list of cells." % path)
    return [_read_cell(path, number, cell) for number, cell in enumerate(cells, 1) if _is_code(path, number, cell)]


def _is_code(path: str, number: int, cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        raise BadNotebook("%s: cell %d has no cell_type." % (path, number))
    return bool(cell["cell_type"] == "code")


def _read_cell(path: str, number: int, cell: Any) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise BadNotebook("%s: the source of cell %d is not text." % (path, number))
    return Cell(number, source)


def main(arguments: List[str]) -> int:
    if not arguments:
        sys.stderr.write("usage: run_notebook.py NOTEBOOK.ipynb [ARGS…]\n")
        return 2
    path = os.path.abspath(arguments[0])
    try:
        cells = read_cells(path)
    except BadNotebook as problem:
        sys.stderr.write("%s\n" % problem)
        return 2
    sys.argv = list(arguments)
    sys.path[0] = os.path.dirname(path)
    main_module = types.ModuleType("__main__")
    main_module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main_module
    for cell in cells:
        _prepare(cell, path)
    runner = _make_runner(main_module)
    for cell in cells:
        if not cell.source.strip():
            continue
        error = runner(cell)
        if isinstance(error, SystemExit):
            raise error
        if isinstance(error, BadNotebook):
            sys.stdout.flush()
            sys.stderr.write("%s: %s\n" % (path, error))
            return 2
        if error is not None:
            return _fail(error)
    return 0


def _check_language(path: str, notebook: Any) -> None:
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language") if isinstance(kernel, dict) else None
    if isinstance(language, str) and language.lower() not in ("python", "python3", "ipython"):
        raise BadNotebook("%s is written in %s; only Python notebooks can be run." % (path, language))


def _make_runner(module: types.ModuleType) -> Any:
    try:
        from .notebook_ipython import IPythonRunner
    except ImportError:
        from .notebook_plain import PlainRunner

        return PlainRunner(module)
    return IPythonRunner(module)


def _prepare(cell: Cell, path: str) -> None:
    """Makes source lines show in tracebacks, and the record of a failure name the notebook."""
    linecache.cache[cell.name] = (len(cell.source), None, cell.source.splitlines(True), cell.name)
    sources[cell.name] = path


def _fail(error: BaseException) -> int:
    """Prints and leaves the exception as Python would have at the end of a script."""
    sys.stdout.flush()
    error.__traceback__ = _from_first_cell(error)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    traceback.print_exception(type(error), error, error.__traceback__)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _from_first_cell(error: BaseException) -> Optional[types.TracebackType]:
    """The traceback without what runs the cells."""
    step = error.__traceback__
    while step is not None and not step.tb_frame.f_code.co_filename.startswith("<cell "):
        step = step.tb_next
    return step if step is not None or isinstance(error, SyntaxError) else error.__traceback__
