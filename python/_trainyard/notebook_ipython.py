"""Runs notebook cells in IPython's own shell, without its prompts and colours."""

from __future__ import annotations

import sys
import warnings

from IPython.core.interactiveshell import InteractiveShell  # type: ignore[import-not-found,unused-ignore]

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any, Optional

    from .notebook import Cell


class IPythonRunner:
    """Called with a cell, answers the exception that ended it, or None."""

    def __init__(self, module: types.ModuleType) -> None:
        # Settings and history of the person's own IPython are no part of a notebook.
        from traitlets.config import Config  # type: ignore[import-not-found,unused-ignore]

        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.autoindent = False
        config.InteractiveShell.colors = "NoColor"
        warnings.filterwarnings("ignore", message="To exit: use", module=r"IPython\.core\.interactiveshell")
        excepthook = sys.excepthook
        self.shell = InteractiveShell.instance(config=config, user_module=module, user_ns=module.__dict__)
        sys.excepthook = excepthook
        sys.modules["__main__"] = module
        self.shell.displayhook.write_output_prompt = lambda: None
        self.shell.displayhook.finish_displayhook = _flush
        self.shell._showtraceback = lambda *_: None
        self.shell.showsyntaxerror = lambda *_, **__: None
        self.cell_name = ""
        self.shell.compile.get_code_name = lambda *_: self.cell_name

    def __call__(self, cell: Cell) -> Optional[BaseException]:
        self.cell_name = cell.name
        result: Any = self.shell.run_cell(cell.source, store_history=False)
        sys.stdout.flush()
        error: Optional[BaseException] = result.error_before_exec or result.error_in_exec
        return error


def _flush() -> None:
    sys.stdout.write("\n")
    sys.stdout.flush()
