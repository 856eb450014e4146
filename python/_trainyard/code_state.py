"""The code as it was when a run started: the commit, and a patch with everything that differs from it.

The same result as src/tracking/git-state.ts. The repository, its index and its objects are left exactly as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time

from .json_text import dumps
from .source_files import is_source, shortened, why_not

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

PATIENCE_SECONDS = 4.0
LIMITS = {"untracked": 1 << 20, "tracked": 10 << 20, "all": 50 << 20}
_SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=true",
    "core.splitIndex=false",
    "core.safecrlf=false",
    "diff.suppressBlankEmpty=false",
    "diff.ignoreSubmodules=none",
)
_DIFF = (
    "diff --cached --binary --full-index --no-color --no-ext-diff --no-textconv --no-renames --no-relative "
    "--src-prefix=a/ --dst-prefix=b/ --unified=3 --inter-hunk-context=0 --submodule=short --diff-algorithm=default"
).split()


def capture_code(folder: str, run_folder: str) -> Optional[str]:
    """Writes code/state.json, and code/patch.diff where something differs; returns what went wrong, in words."""
    problem = None
    state = None
    if _inside_repository(folder):
        try:
            state = _git_state(folder, run_folder)
        except subprocess.TimeoutExpired:
            problem = "git took longer than %g seconds" % PATIENCE_SECONDS
        except FileNotFoundError:
            problem = "there is no git on the PATH"
        except subprocess.CalledProcessError as error:
            problem = " ".join(error.stderr.decode("utf-8", "replace").strip().split("\n")[:3])[:500]
        if problem:
            shutil.rmtree(os.path.join(run_folder, "code"), ignore_errors=True)
    os.makedirs(os.path.join(run_folder, "code"), exist_ok=True)
    with open(os.path.join(run_folder, "code", "state.json"), "w", encoding="utf-8") as file:
        file.write(dumps(state or _state("none", folder)) + "\n")
    return problem


def _state(kind: str, root: str) -> Dict[str, Any]:
    empty: Dict[str, Any] = {"commit": None, "branch": None, "dirty": False, "patch": None, "copy": None, "omitted": []}
    return {"version": 1, "kind": kind, "root": root, **empty}


def _inside_repository(folder: str) -> bool:
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return True
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


class _Git:
    """Runs git commands in one folder, all of them before one deadline."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.deadline = time.monotonic() + PATIENCE_SECONDS

    def __call__(self, *arguments: str, **variables: str) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
        environment.update(variables, GIT_OPTIONAL_LOCKS="0", LC_ALL="C")
        command = ["git"] + [word for setting in _SETTINGS for word in ("-c", setting)] + list(arguments)
        output = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=True,
            timeout=max(0.1, self.deadline - time.monotonic()),
        ).stdout
        return os.fsdecode(output)

    def ask(self, *arguments: str) -> Optional[str]:
        try:
            return self(*arguments).rstrip("\r\n") or None
        except subprocess.CalledProcessError:
            return None

    def names(self, *arguments: str) -> List[str]:
        return [name for name in self(*arguments).split("\0") if name]


def _git_state(folder: str, run_folder: str) -> Dict[str, Any]:
    git = _Git(folder)
    git.folder = top = git("rev-parse", "--show-toplevel").rstrip("\r\n")
    commit = git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    dirty, added, omitted = _changes(git, top, commit)
    state = _state("git", top)
    state.update(commit=commit, branch=git.ask("symbolic-ref", "--quiet", "--short", "HEAD"), dirty=dirty)
    state["omitted"] = shortened(omitted)
    if dirty:
        patch = os.path.join(run_folder, "code", "patch.diff")
        os.makedirs(os.path.dirname(patch), exist_ok=True)
        _write_patch(git, top, added, omitted, patch)
        if os.path.getsize(patch) > 0:
            state["patch"] = "code/patch.diff"
        else:
            os.unlink(patch)
    return state


def _changes(git: _Git, top: str, commit: Optional[str]) -> Tuple[bool, List[str], List[Tuple[str, str]]]:
    """Whether anything differs, the untracked files to take along, and what is left out with the reason."""
    if commit:
        tracked = git.names("diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", "HEAD")
    else:
        tracked = git.names("ls-files", "-z")
    untracked = [
        name
        for name in git.names("ls-files", "--others", "--exclude-standard", "-z")
        if ".trainyard" not in name.split("/")
    ]
    omitted: List[Tuple[str, str]] = []
    added: List[str] = []
    total = 0
    for name in tracked:
        path = os.path.join(top, name)
        reason = None if os.path.isdir(path) else why_not(path, LIMITS["tracked"])
        if reason:
            omitted.append((name, reason))
    environments = tuple([name[: -len("pyvenv.cfg")] for name in untracked if name.endswith("/pyvenv.cfg")])
    omitted.extend([(folder, "a virtual environment") for folder in environments])
    for name in untracked:
        if environments and name.startswith(environments):
            continue
        path = os.path.join(top, name)
        if not is_source(name):
            omitted.append((name, "a repository of its own" if name.endswith("/") else "not source code"))
            continue
        reason = why_not(path, LIMITS["untracked"])
        size = os.lstat(path).st_size if os.path.lexists(path) else 0
        if reason is None and total + size > LIMITS["all"]:
            reason = "over the limit for all files"
        if reason:
            omitted.append((name, reason))
        elif os.path.lexists(path):
            total += size
            added.append(name)
    return bool(tracked or untracked), added, omitted


def _write_patch(git: _Git, top: str, added: List[str], omitted: List[Tuple[str, str]], patch: str) -> None:
    """Stages everything in a copy of the index, with new objects beside the repository, and compares that with the commit."""
    draft = os.path.join(os.path.dirname(patch), ".draft")
    objects = os.path.join(draft, "objects")
    os.makedirs(objects)
    try:
        paths = git("rev-parse", "--git-path", "index", "--git-path", "objects").rstrip("\r\n").split("\n")
        own_index, own_objects = [os.path.join(top, path.rstrip("\r")) for path in paths]
        index = os.path.join(draft, "index")
        if os.path.exists(own_index):
            shutil.copyfile(own_index, index)
        variables = {
            "GIT_INDEX_FILE": index,
            "GIT_OBJECT_DIRECTORY": objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(own_objects),
        }
        left_out = [":(top,exclude,literal)" + name for name, _ in omitted]
        _stage(git, "--update", [":(top)"] + left_out, os.path.join(draft, "tracked"), variables)
        if added:
            _stage(git, "--force", [":(top,literal)" + name for name in added], os.path.join(draft, "added"), variables)
        git(*_DIFF, "--output=" + patch, **variables)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _stage(git: _Git, how: str, pathspecs: List[str], list_file: str, variables: Dict[str, str]) -> None:
    with open(list_file, "wb") as file:
        file.write(b"".join([os.fsencode(pathspec) + b"\0" for pathspec in pathspecs]))
    git("add", how, "--pathspec-from-file=" + list_file, "--pathspec-file-nul", **variables)


def _quoted(path: str) -> str:
    """A path in a colon-separated list of git."""
    if os.name == "nt" or not set(path) & set(':"\\'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
