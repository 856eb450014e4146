"""Which files are code. The same lists as in src/tracking/source-files.ts."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Tuple

EXTENSIONS = frozenset(
    (
        ".py .pyi .pyx .pxd .ipynb .yaml .yml .json .jsonnet .toml .cfg .ini .conf .sh .bash .ps1 .bat .r .rmd .jl .sql .md "
        ".rst .txt .c .cc .cpp .h .hpp .cu .cuh .rs .go .java .scala .js .mjs .ts .tex .proto .gin .j2 .lock"
    ).split()
)
NAMES = frozenset("makefile dockerfile snakefile justfile procfile license .gitattributes .gitmodules".split())
MOST_OMISSIONS = 1_000


def is_source(path: str) -> bool:
    """Whether a file is code or settings, as its name tells, rather than data or results."""
    name = os.path.basename(path).lower()
    return os.path.splitext(name)[1] in EXTENSIONS or name in NAMES


def why_not(path: str, limit: int) -> Optional[str]:
    """Why a file cannot go into a patch; None also for one that is gone, which the patch says."""
    try:
        path.encode("utf-8")
        info = os.lstat(path)
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    except OSError:
        return None
    if stat.S_ISLNK(info.st_mode):
        return None
    if not stat.S_ISREG(info.st_mode):
        return "not a file"
    if info.st_size > limit:
        return "larger than %d MB" % (limit >> 20)
    return None if os.access(path, os.R_OK) else "cannot be read"


def shortened(omitted: List[Tuple[str, str]]) -> List[Dict[str, str]]:
    """The list as state.json has it, kept readable."""
    shown = [{"path": path, "reason": reason} for path, reason in omitted[:MOST_OMISSIONS]]
    if len(omitted) > MOST_OMISSIONS:
        shown.append({"path": "…", "reason": "%d more" % (len(omitted) - MOST_OMISSIONS)})
    return shown
