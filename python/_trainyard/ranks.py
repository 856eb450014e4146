"""Which of the processes of a distributed training this one is."""

from __future__ import annotations

import os
import sys

from . import load
from .wrapping import note_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Tuple

# Of several, the first counts: a launcher that says RANK may itself have been started by one that says another.
_VARIABLES = ("RANK", "LOCAL_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID")
_LAUNCHERS = ("torchrun", "accelerate", "accelerate-launch", "deepspeed", "horovodrun")
_LAUNCHER_MODULES = (
    "torch.distributed.run",
    "torch.distributed.launch",
    "accelerate.commands.launch",
    "accelerate.commands.accelerate_cli",
    "deepspeed.launcher.runner",
    "deepspeed.launcher.launch",
    "horovod.runner.launch",
)
# "rank:pid": a rank of the run, and the process that took it; "rank": the whole run has it, as its supervisor found.
KNOWN = "TRAINYARD_RANK"


def rank_of_environment() -> Optional[int]:
    """This process's number among those of one distributed training, as its launcher says."""
    for name in _VARIABLES:
        text = os.environ.get(name, "")
        if text.isdigit():
            return int(text)
    return None


def has_launcher() -> bool:
    """Whether something says that there are other ranks to share a run with: RANK alone may mean anything to a script."""
    return any(name in os.environ for name in ("MASTER_PORT", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_ID"))


def own_rank() -> Tuple[Optional[int], bool]:
    """The rank inside the run, and whether this process takes it itself: a data loader's worker only inherits it."""
    rank = rank_of_environment()
    known, _, holder = os.environ.get(KNOWN, "").partition(":")
    if rank is None or known == str(rank) and not holder:
        return None, False
    return rank, known != str(rank) or holder == str(os.getpid())


def watch_torch_distributed(module: Any) -> None:
    """A worker that `multiprocessing` started tells its rank to torch alone."""

    def note(result: Any, given: Any, named: Any) -> None:
        from .session import session

        session.take_rank(int(module.get_rank()))
        if session.speaks:
            load("seeds").tell_untold()

    note_calls(module, "init_process_group", note)


def is_launcher() -> bool:
    """Whether this process's program only starts the ranks: what it parses and imports is not the script's."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    if getattr(spec, "name", None) in _LAUNCHER_MODULES:
        return True
    words = getattr(sys, "argv", None)
    program = os.path.basename(words[0]) if words and isinstance(words[0], str) else ""
    return program in _LAUNCHERS or program.endswith(".exe") and program[:-4] in _LAUNCHERS
