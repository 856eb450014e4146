"""Watches the archives that torch's C++ side opens; ``torch.load`` and the old format go through ``open``."""

from __future__ import annotations

from ..wrapping import note_calls
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def watch(torch: Any) -> None:
    note_calls(torch._C.PyTorchFileReader, "__init__", _read)
    note_calls(torch._C.PyTorchFileWriter, "__init__", _wrote)
    note_calls(torch._C, "import_ir_module", _loaded_script)
    note_calls(torch._C, "_save_jit_module", _saved_script)
    note_calls(torch._C.ScriptModule, "save", _saved_script)


def _read(result: Any, given: Any, named: Any) -> None:
    paths.read(given[1] if len(given) > 1 else None, "torch.load")


def _wrote(result: Any, given: Any, named: Any) -> None:
    """The file is being written: it is there, and its content comes before ``torch.save`` returns."""
    paths.wrote(given[1] if len(given) > 1 else None, "torch.save")


def _loaded_script(result: Any, given: Any, named: Any) -> None:
    paths.read(given[1] if len(given) > 1 else None, "torch.jit.load")


def _saved_script(result: Any, given: Any, named: Any) -> None:
    paths.wrote(given[1] if len(given) > 1 else None, "torch.jit.save", "model", "torchscript")
