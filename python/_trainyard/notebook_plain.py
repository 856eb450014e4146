"""Runs notebook cells with nothing but Python. Of IPython's own syntax it knows what a training needs."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import shlex
import subprocess
import sys

from .notebook import BadNotebook

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any, List, Optional

    from .notebook import Cell

_IGNORED = frozenset(
    "matplotlib config autoreload load_ext reload_ext unload_ext pylab precision colors xmode alias_magic automagic autosave "
    "pdb who whos logstart logstop history pinfo pinfo2 lsmagic magic quickref doctest_mode gui autocall".split()
)
_TRANSPARENT = frozenset(["time", "timeit", "prun", "capture", "memit", "mprun", "lprun"])
_SHELL = frozenset(["pip", "conda", "mamba", "ls", "mkdir", "cp", "mv", "rm", "cat", "sx", "sc", "system"])
_MAGIC = re.compile(r"^(\s*)(?:([A-Za-z_][\w.,\s]*?)\s*=\s*)?([%!])(.*)$", re.DOTALL)
_HELP = re.compile(r"^\s*(\?{1,2}\s*[\w.*]+|[\w.*]+\s*\?{1,2})\s*;?\s*$")


class PlainRunner:
    """Called with a cell, answers the exception that ended it, or None."""

    def __init__(self, module: types.ModuleType) -> None:
        self.names = module.__dict__
        self.names.update(_trainyard_shell=_shell, _trainyard_folder=os.chdir, In=[""], Out={})
        self.names.setdefault("display", _display)
        self.loop: Optional[asyncio.AbstractEventLoop] = None

    def __call__(self, cell: Cell) -> Optional[BaseException]:
        try:
            self._run(cell)
        except BaseException as error:
            return error
        finally:
            sys.stdout.flush()
        return None

    def _run(self, cell: Cell) -> None:
        tree = ast.parse(python_source(cell), cell.name)
        last: Optional[ast.Expression] = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not _is_quiet(cell.source):
            last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
        self._execute(tree, cell.name, "exec")
        if last is not None:
            value = self._execute(last, cell.name, "eval")
            if value is not None:
                self.names["_"] = value
                self.names["Out"][cell.number] = value
                print(repr(value))

    def _execute(self, tree: Any, name: str, mode: str) -> Any:
        code = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        if not code.co_flags & inspect.CO_COROUTINE:
            return eval(code, self.names)
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop.run_until_complete(eval(code, self.names))


def python_source(cell: Cell) -> str:
    """The cell with its magics as plain Python, line for line. Raises BadNotebook, or SyntaxError where it is no Python."""
    lines = cell.source.split("\n")
    first = next(index for index, line in enumerate(lines) if line.strip())
    if lines[first].startswith("%%"):
        lines[first] = _cell_magic(cell, lines[first])
    while True:
        source = "\n".join(lines)
        try:
            ast.parse(source, cell.name)
            return source
        except SyntaxError as error:
            index = (error.lineno or 1) - 1
            if not 0 <= index < len(lines):
                raise
            replaced = _line(cell, lines[index])
            if replaced is None:
                raise
            lines[index] = replaced


def _cell_magic(cell: Cell, line: str) -> str:
    name = line[2:].split(None, 1)[0] if line[2:].split() else ""
    if name not in _TRANSPARENT:
        raise BadNotebook(
            "cell %d starts with %%%%%s, which needs IPython. Install ipython in this environment, or change the cell."
            % (cell.number, name)
        )
    _ignore(cell, "%%" + name)
    return ""


def _line(cell: Cell, line: str) -> Optional[str]:
    """Plain Python for a line of IPython's own syntax; None where it is none of that."""
    if _HELP.match(line):
        _ignore(cell, line.strip())
        return ""
    match = _MAGIC.match(line)
    if match is None:
        return None
    indent, target, sign, rest = match.groups()
    before = indent + (target + " = " if target else "")
    if sign == "!":
        return "%s_trainyard_shell(%r, %r)" % (before, rest.lstrip("!"), bool(target))
    name, _, argument = rest.strip().partition(" ")
    argument = argument.strip()
    if name in _TRANSPARENT and argument:
        _ignore(cell, "%" + name)
        return before + re.sub(r"^(-\w+\s*\d*\s+)+", "", argument)
    if name == "cd":
        return "%s_trainyard_folder(%r)" % (before, os.path.expanduser(argument.strip("\"'") or "~"))
    if name in _SHELL:
        command = ("%s -m pip %s" % (shlex.quote(sys.executable), argument)) if name == "pip" else rest.strip()
        return "%s_trainyard_shell(%r, %r)" % (before, command, bool(target))
    if name in _IGNORED and not target:
        _ignore(cell, "%" + name)
        return indent + "pass"
    raise BadNotebook(
        "cell %d uses %%%s, which needs IPython. Install ipython in this environment, or change the cell."
        % (cell.number, name)
    )


def _ignore(cell: Cell, what: str) -> None:
    sys.stderr.write("trainyard: cell %d: %s is ignored, because IPython is not installed.\n" % (cell.number, what))


def _shell(command: str, captured: bool) -> Optional[List[str]]:
    """Runs a shell line; its output goes to this process's, or is answered by lines."""
    filled = re.sub(
        r"\{([A-Za-z_]\w*)\}", lambda match: str(sys.modules["__main__"].__dict__.get(match[1], match[0])), command
    )
    sys.stdout.flush()
    result = subprocess.run(filled, shell=True, stdout=subprocess.PIPE if captured else None, check=False)
    if captured:
        return os.fsdecode(result.stdout).splitlines()
    if result.returncode:
        sys.stderr.write("trainyard: !%s ended with exit code %d.\n" % (command.strip(), result.returncode))
    return None


def _is_quiet(source: str) -> bool:
    """A semicolon at the very end says that the last value is not to be shown."""
    lines = [line.split("#")[0].rstrip() for line in source.splitlines()]
    shown = [line for line in lines if line]
    return bool(shown) and shown[-1].endswith(";")


def _display(*values: Any, **_: Any) -> None:
    for value in values:
        print(repr(value))
