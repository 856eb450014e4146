"""Opens a run for a script that nobody supervises."""

from __future__ import annotations

import os
import shutil
import sys
import time

from . import VERSION
from .code_state import capture_code
from .exit_code import watch
from .json_text import dumps
from .masking import mask_arguments
from .process import host_name
from .store import choose_store, create_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

    from .session import Session

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def open_run(session: Session) -> Tuple[str, str]:
    """Makes the run's folder, whole by one rename, and returns id and folder. Children find it through the environment."""
    here = session.cwd
    if here is None:
        raise FileNotFoundError("the working folder does not exist")
    store = choose_store(here)
    create_store(store)
    root = os.path.dirname(store)
    run = new_id()
    folder = os.path.join(store, "runs", run)
    draft = os.path.join(store, "runs", "." + run + ".draft")
    os.makedirs(draft)
    try:
        target, stem = _target(root, here)
        code = _code_folder(here)
        problem = capture_code(code, draft)
        with open(os.path.join(draft, "run.json"), "w", encoding="utf-8") as file:
            file.write(dumps(_description(run, root, here, target, stem, session.run)) + "\n")
        os.rename(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    os.environ["TRAINYARD_RUN"] = run
    os.environ["TRAINYARD_RUN_DIR"] = folder
    os.environ["TRAINYARD_STORE"] = store
    watch()
    if problem:
        session.warn("git-failed", problem=problem)
    return run, folder


def _description(
    run: str, root: str, here: str, target: Dict[str, Any], stem: str, parent: Optional[str]
) -> Dict[str, Any]:
    return {
        "version": 1,
        "id": run,
        "name": stem + "-" + "".join([_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(4)]),
        "experiment": stem,
        "group": None,
        "parent": parent,
        "created": time.time_ns() // 1000,
        "target": target,
        "args": [] if target["kind"] == "program" else mask_arguments([str(word) for word in sys.argv[1:]])[0],
        "command": [],
        "cwd": stored_path(root, here),
        "interpreter": sys.executable or None,
        "env": {},
        "tags": {},
        "origin": "script",
        "rerunOf": None,
        "host": host_name(),
        "user": _user(),
        "trainyard": VERSION,
        "mark": None,
    }


def _target(root: str, here: str) -> Tuple[Dict[str, Any], str]:
    """What runs, and what to call it."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    file = getattr(main, "__file__", None)
    if spec is not None and spec.name != "__main__":
        module = spec.name[: -len(".__main__")] if spec.name.endswith(".__main__") else spec.name
        return {"kind": "module", "module": module}, module
    if file and not _is_kernel(file):
        path = os.path.join(here, file)
        return {"kind": "script", "path": stored_path(root, path)}, os.path.splitext(os.path.basename(path))[0]
    words = getattr(sys, "orig_argv", None) or [sys.executable or "python"]
    return {"kind": "program", "argv": mask_arguments([str(word) for word in words])[0]}, "interactive"


def _is_kernel(file: str) -> bool:
    return os.path.basename(file) == "ipykernel_launcher.py"


def _code_folder(here: str) -> str:
    """The folder that the script is in, where that lies outside the working folder."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    if not file or _is_kernel(file):
        return here
    script = os.path.dirname(os.path.abspath(os.path.join(here, file)))
    return script if stored_path(here, script) == script else here


def stored_path(root: str, path: str) -> str:
    """Relative to the store's root where it lies inside it, with forward slashes."""
    absolute = os.path.normpath(os.path.join(root, path))
    try:
        relative = os.path.relpath(absolute, root)
    except ValueError:  # Another drive.
        return absolute
    if relative == os.pardir or relative.startswith(os.pardir + os.sep):
        return absolute
    return relative.replace(os.sep, "/")


def new_id() -> str:
    """A UUID version 7."""
    value = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    text = value.hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def _user() -> str:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(name):
            return os.environ[name]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""
