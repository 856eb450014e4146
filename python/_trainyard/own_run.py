"""Opens a run for a script that nobody supervises."""

from __future__ import annotations

import hashlib
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

LONGEST_NAME = 500
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def open_run(session: Session) -> Tuple[str, str]:
    """Makes the run's folder, whole by one rename, and returns id and folder. Children find it through the environment."""
    here = session.cwd
    if here is None:
        raise FileNotFoundError("the working folder does not exist")
    store = choose_store(here)
    create_store(store)
    wanted = shared_id(store, _launch()) if session.rank is not None else None
    run, folder, problem, _ = make_run(session, here, store, {"parent": session.run}, wanted)
    os.environ["TRAINYARD_RUN"] = run
    os.environ["TRAINYARD_RUN_DIR"] = folder
    os.environ["TRAINYARD_STORE"] = store
    watch()
    if problem:
        session.warn("git-failed", problem=problem)
    return run, folder


def make_run(
    session: Session, here: str, store: str, fields: Dict[str, Any], wanted: Optional[str]
) -> Tuple[str, str, Optional[str], str]:
    """Makes a run's folder; answers its id, the folder, why the state of the code is missing, and the run's name.

    :param fields: of run.json: name, experiment, group, tags, parent; `outer`, the folder of the run whose code it shares
    :param wanted: the id of a run that other ranks make as well: whoever is the first does
    """
    root = os.path.dirname(store)
    run = wanted or new_id()
    folder = os.path.join(store, "runs", run)
    draft = os.path.join(store, "runs", ".%s.draft" % (run if wanted is None else new_id(),))
    os.makedirs(draft)
    try:
        target, stem = _target(root, here)
        problem = None
        if not _share_code(fields.get("outer"), draft):
            problem = capture_code(_code_folder(here), draft)
        description = _description(run, root, here, target, stem, fields)
        with open(os.path.join(draft, "run.json"), "w", encoding="utf-8") as file:
            file.write(dumps(description) + "\n")
        if wanted is None or not os.path.exists(folder):
            try:
                os.rename(draft, folder)
            except OSError:
                if wanted is None or not os.path.exists(folder):
                    raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return run, folder, problem, description["name"]


def shared_id(store: str, key: str) -> str:
    """The same new id for all ranks of one training on this machine. It is kept for as long as a draft is."""
    name = hashlib.sha256(("%s %s %s" % (_launch(), key, host_name())).encode("utf-8", "surrogatepass")).hexdigest()
    runs = os.path.join(store, "runs")
    os.makedirs(runs, exist_ok=True)
    note = os.path.join(runs, ".%s.draft" % "-".join([name[:8], name[8:12], name[12:16], name[16:20], name[20:32]]))
    own = note + "-%d" % os.getpid()
    with open(own, "w", encoding="ascii") as file:
        file.write(new_id())
    try:
        os.link(own, note)
    except FileExistsError:
        pass  # Another rank was first.
    finally:
        os.unlink(own)
    with open(note, encoding="ascii") as file:
        return file.read()


def _launch() -> str:
    """What all ranks that one launcher started have in common, and no later ones."""
    names = ("MASTER_ADDR", "MASTER_PORT", "TORCHELASTIC_RUN_ID", "TORCHELASTIC_RESTART_COUNT", "SLURM_STEP_ID")
    return " ".join([str(os.getppid())] + [os.environ.get(name, "") for name in names])


def _share_code(outer: Optional[str], draft: str) -> bool:
    """Gives a run the state of the code that the one around it has; False where there is none."""
    source = os.path.join(outer, "code") if outer else ""
    if not source or not os.path.exists(os.path.join(source, "state.json")):
        return False
    shutil.copytree(source, os.path.join(draft, "code"), copy_function=_link)
    return True


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # A file system without hard links.
        shutil.copyfile(source, target)


def _description(
    run: str, root: str, here: str, target: Dict[str, Any], stem: str, fields: Dict[str, Any]
) -> Dict[str, Any]:
    name = fields.get("name") or stem + "-" + "".join([_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(4)])
    return {
        "version": 1,
        "id": run,
        "name": str(name)[:LONGEST_NAME],
        "experiment": str(fields.get("experiment") or _experiment(fields.get("outer")) or stem),
        "group": None if fields.get("group") is None else str(fields["group"]),
        "parent": fields.get("parent"),
        "created": time.time_ns() // 1000,
        "target": target,
        "args": [] if target["kind"] == "program" else mask_arguments([str(word) for word in sys.argv[1:]])[0],
        "command": [],
        "cwd": stored_path(root, here),
        "root": root,
        "interpreter": sys.executable or None,
        "env": {},
        "tags": {str(key): str(value) for key, value in (fields.get("tags") or {}).items()},
        "origin": "script",
        "rerunOf": None,
        "host": host_name(),
        "user": user_name(),
        "trainyard": VERSION,
        "mark": None,
    }


def _experiment(outer: Optional[str]) -> Optional[str]:
    """That of the run around it."""
    if outer is None:
        return None
    import json

    try:
        with open(os.path.join(outer, "run.json"), encoding="utf-8") as file:
            found = json.load(file).get("experiment")
    except (OSError, ValueError):
        return None
    return found if isinstance(found, str) else None


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


def user_name() -> str:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(name):
            return os.environ[name]
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""
