"""Runs real interpreters against the Python side, and reads what they leave."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PYTHON = os.path.join(ROOT, "python")
HOOK = os.path.join(PYTHON, "hook")
RUN = "0192f0c1-7b3a-7000-8000-0123456789ab"
DEADLINE_SECONDS = 120


class Case(unittest.TestCase):
    """A temporary folder with a run's folder in it, and scripts that run under the hook there."""

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="trainyard-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.run_folder = os.path.join(self.folder, "store", "runs", RUN)
        self.work = os.path.join(self.folder, "work")
        os.makedirs(self.run_folder)
        os.makedirs(self.work)

    def write(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path

    def plain_environment(self):
        unwanted = ("TRAINYARD", "PYTHON", "GIT_", "RANK", "LOCAL_RANK", "SLURM_", "OMPI_", "PMI")
        return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}

    def environment(self, **more):
        variables = {"TRAINYARD_RUN": RUN, "TRAINYARD_RUN_DIR": self.run_folder, "PYTHONPATH": HOOK}
        variables["TRAINYARD_STORE"] = os.path.dirname(os.path.dirname(self.run_folder))
        variables.update(more)
        return dict(self.plain_environment(), **variables)

    def start(self, arguments, env, **more):
        options = dict(cwd=self.work, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        options.update(more)
        return subprocess.run([sys.executable] + list(arguments), timeout=DEADLINE_SECONDS, check=False, **options)

    def tracked(self, text, *arguments, name="script.py", env=None, **more):
        """Runs a script under the hook."""
        self.write(name, text)
        return self.start([name] + list(arguments), env or self.environment(), **more)

    def untracked(self, text, *arguments, name="script.py", **more):
        """Runs a script as if there were no Trainyard."""
        self.write(name, text)
        return self.start([name] + list(arguments), self.plain_environment(), **more)

    def assertDone(self, result, code=0):
        self.assertEqual(result.returncode, code, result.stderr.decode("utf-8", "replace"))

    def journals(self, folder=None):
        """All journals of the run by their `open` records: (open, records), the main process first."""
        found = []
        folder = folder or self.run_folder
        for name in sorted(os.listdir(folder)):
            if name.startswith("journal-"):
                records = read_records(os.path.join(folder, name))
                self.assertEqual(records[0]["kind"], "open", name)
                found.append((records[0], records[1:]))
        return sorted(found, key=lambda journal: journal[0]["role"] != "main")

    def records(self, kind=None):
        """The records of the only journal, all or of one kind."""
        journals = self.journals()
        self.assertEqual([opened["role"] for opened, _ in journals], ["main"])
        return [
            record for record in journals[0][1] if kind is None or isinstance(record, dict) and record["kind"] == kind
        ]


def read_records(path):
    """Every record of a file; fails where a byte belongs to none."""
    with open(path, "rb") as file:
        content = file.read()
    pieces = content.split(b"\x1e")
    assert pieces[0] == b"", "bytes before the first record"
    for piece in pieces[1:]:
        assert piece.endswith(b"\n") and piece.count(b"\n") == 1, piece
    return [json.loads(piece.decode("utf-8")) for piece in pieces[1:]]


def metrics(records):
    """Metric records as (step, {name: value}), values as JSON gave them."""
    names = {}
    found = []
    for record in records:
        if isinstance(record, list):
            pairs = zip(record[2::2], record[3::2])
            found.append((record[1], {names[identifier]: value for identifier, value in pairs}))
        elif record["kind"] == "name":
            names[record["id"]] = record["name"]
    return found
