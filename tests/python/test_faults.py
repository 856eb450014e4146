"""Tracking never kills training: what goes wrong becomes one line on stderr, and the script goes on."""

import os
import shutil
import subprocess
import sys
import unittest

from support import PYTHON, ROOT, Case, metrics

LOG_ON = """
import trainyard
for i in range(50):
    trainyard.log(loss=float(i), step=i)
    trainyard.params(a=i)
    trainyard.tag(b=i)
trainyard.artifact(__file__)
print("went on")
raise SystemExit(5)
"""


class FaultTest(Case):
    def assertWentOn(self, result, lines):
        self.assertEqual((result.stdout.strip(), result.returncode), (b"went on", 5), result.stderr)
        told = result.stderr.decode().splitlines()
        self.assertEqual(len(told), lines, told)
        for line in told:
            self.assertTrue(line.startswith("trainyard: "), line)

    def test_a_missing_run_folder(self):
        env = self.environment(TRAINYARD_RUN_DIR=os.path.join(self.folder, "nowhere"))
        self.assertWentOn(self.tracked(LOG_ON, env=env), 1)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "nowhere")))

    def test_a_run_folder_that_is_a_file(self):
        path = os.path.join(self.folder, "file")
        with open(path, "w"):
            pass
        self.assertWentOn(self.tracked(LOG_ON, env=self.environment(TRAINYARD_RUN_DIR=path)), 1)

    def test_a_file_that_may_not_grow(self):
        if sys.platform == "win32":
            return
        limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (%d, %d))\n"
        result = self.tracked(limit % (1500, 1500) + LOG_ON)
        self.assertWentOn(result, 1)
        self.assertIn(b"The journal could not be written: File too large", result.stderr)

    def test_output_that_may_not_grow(self):
        if sys.platform == "win32":
            return
        code = """
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
for i in range(200): print("line", i)
sys.stdout.write("x" * 100_000); sys.stdout.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
print("went on")
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
own = open("own.txt", "w")
try:
    own.write("x" * 3000); own.close()
except OSError as error:
    print("its own file:", error.strerror)
os.dup2(os.open("other.txt", os.O_WRONLY | os.O_CREAT), 1)
try:
    print("y" * 3000)
    print("y" * 3000)
except OSError as error:
    sys.stderr.write("its own output: %s\\n" % error.strerror)
sys.stderr.flush()
os._exit(5)
"""
        for options in ([], ["-u"]):
            with open(os.path.join(self.run_folder, "stdout.log"), "ab") as output:
                self.write("script.py", code)
                result = self.start(options + ["script.py"], self.environment(), stdout=output)
            told = result.stderr.decode().splitlines()
            self.assertEqual((result.returncode, len(told)), (5, 2), told)
            self.assertEqual(
                told[0],
                "trainyard: What was printed could not be written: File too large. It is missing from the output.",
            )
            self.assertEqual(told[1], "its own output: File too large")
            with open(output.name, "rb") as file:
                printed = file.read().splitlines()
            os.unlink(output.name)
            self.assertEqual((printed[0], printed[-1]), (b"line 0", b"its own file: File too large"))
            self.assertIn(b"went on", printed[-2])

    def test_a_torn_record_costs_only_itself(self):
        if sys.platform == "win32":
            return
        code = """
import resource, signal, trainyard
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
trainyard.log(x=1.0)
resource.setrlimit(resource.RLIMIT_FSIZE, (600, hard))
for i in range(100): trainyard.log(x=0.1, **{"y%d" % i: 0.5})
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
trainyard.log(x=2.0)
trainyard.log(y99=3.0)
"""
        self.assertDone(self.tracked(code))
        (name,) = [name for name in os.listdir(self.run_folder) if name.startswith("journal-")]
        with open(os.path.join(self.run_folder, name), "rb") as file:
            pieces = file.read().split(b"\x1e")[1:]
        whole = [__import__("json").loads(piece) for piece in pieces if piece.endswith(b"\n")]
        torn = [piece for piece in pieces if not piece.endswith(b"\n")]
        self.assertEqual(len(torn), 1, torn)
        values = metrics(whole)
        self.assertEqual([value["x"] for _, value in values if "x" in value][-1], 2.0)
        self.assertEqual(values[-1][1], {"y99": 3.0})

    def test_a_full_disk(self):
        if not sys.platform.startswith("linux"):
            return
        full = os.path.join(self.folder, "full")
        os.makedirs(full)
        mounted = (
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=8k", "none", full], stderr=subprocess.DEVNULL
            ).returncode
            == 0
        )
        if not mounted:
            raise unittest.SkipTest("a file system to fill can be mounted by root only")
        self.addCleanup(subprocess.run, ["umount", full], check=True)
        code = LOG_ON.replace("range(50)", "range(500)").replace("trainyard.artifact(__file__)\n", "")
        result = self.tracked(code, env=self.environment(TRAINYARD_RUN_DIR=full))
        self.assertWentOn(result, 1)
        self.assertIn(b"No space left on device", result.stderr)
        ((opened, records),) = self.journals_of_full(full)
        self.assertEqual(opened["role"], "main")
        self.assertGreater(len(metrics(records)), 10)

    def journals_of_full(self, folder):
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                content = file.read()
            whole = content[: content.rindex(b"\n") + 1]
            os.truncate(path, len(whole))
        return self.journals(folder)

    def test_a_folder_that_cannot_be_written(self):
        if sys.platform == "win32" or os.geteuid() == 0 and not _can_drop_rights():
            return
        os.chmod(self.run_folder, 0o555)
        os.chmod(self.folder, 0o755)
        self.addCleanup(os.chmod, self.run_folder, 0o755)
        self.write("script.py", LOG_ON)
        options = dict(user=65534) if os.geteuid() == 0 else {}
        result = self.start(["script.py"], self.environment(), **options)
        self.assertWentOn(result, 1)
        self.assertIn(b"Permission denied", result.stderr)

    def test_a_closed_stderr(self):
        env = self.environment(TRAINYARD_RUN_DIR=os.path.join(self.folder, "nowhere"))
        result = self.tracked("import sys\nsys.stderr.close()\n" + LOG_ON, env=env)
        self.assertEqual((result.stdout.strip(), result.returncode, result.stderr), (b"went on", 5, b""))

    def test_parameters_of_every_kind(self):
        code = """
import trainyard, pathlib, enum, dataclasses, decimal, datetime, collections, argparse
class Colour(enum.Enum): RED = "r"
@dataclasses.dataclass
class Settings:
    depth: int
    path: pathlib.PurePosixPath
class Thing:
    def __repr__(self): return "a thing"
class Bad:
    def __repr__(self): raise RuntimeError
loop = [1]; loop.append(loop)
deep = []
for _ in range(3000): deep = [deep]
trainyard.params(
    text="x" * 1_000_000, surrogate="\\ud800", number=0.1, minus_zero=-0.0, nan=float("nan"), big=2**63, huge=2**100,
    enormous=10**5000, none=None, yes=True, colour=Colour.RED, settings=Settings(3, pathlib.PurePosixPath("a/b")),
    tuple=(1, 2), set={2, 1}, nested={"a": {1: "b"}}, time=datetime.date(2026, 1, 2), decimal=decimal.Decimal("0.10"),
    bytes=b"ab", function=print, kind=Thing, ordered=collections.OrderedDict(z=1), parsed=argparse.Namespace(lr=1),
    thing=Thing(), bad=Bad(), loop=loop, deep=deep,
)
trainyard.params({"lr": 1}, lr=2)
trainyard.params(argparse.Namespace(x=1))
trainyard.params(3)
trainyard.params({})
print("went on")
"""
        result = self.tracked(code)
        self.assertEqual(result.stdout.strip(), b"went on", result.stderr)
        values = self.records("params")[0]["values"]
        self.assertEqual(len(values["text"]), 1_000_000)
        self.assertEqual(str(values["minus_zero"]), "-0.0")
        expected = {
            "surrogate": "\ud800",
            "number": 0.1,
            "nan": "NaN",
            "big": 2**63,
            "huge": str(2**100),
            "none": None,
            "yes": True,
            "colour": "r",
            "settings": {"depth": 3, "path": "a/b"},
            "tuple": [1, 2],
            "set": [1, 2],
            "nested": {"a": {"1": "b"}},
            "time": "2026-01-02",
            "decimal": "0.10",
            "bytes": "ab",
            "function": "print",
            "kind": "__main__.Thing",
            "ordered": {"z": 1},
            "parsed": {"lr": 1},
            "thing": "a thing",
            "bad": "<Bad>",
        }
        self.assertEqual({name: values[name] for name in expected}, expected)
        self.assertEqual(int(values["enormous"], 0), 10**5000)
        self.assertEqual([record["values"] for record in self.records("params")[1:]], [{"lr": 2}, {"x": 1}])
        told = [record["params"]["name"] for record in self.records("warning") if record["code"] == "value-unreadable"]
        self.assertEqual(told, ["thing", "bad", "loop", "deep"])

    def test_calls_with_nonsense(self):
        code = """
import trainyard
trainyard.log([1, 2])
trainyard.log("x")
trainyard.tag(3)
trainyard.tag({1: object})
trainyard.artifact(None)
trainyard.artifact("nowhere.bin")
trainyard.artifact("nowhere.bin")
trainyard.artifact("\\0")
print("went on")
raise SystemExit(5)
"""
        result = self.tracked(code)
        self.assertEqual((result.stdout.strip(), result.returncode), (b"went on", 5))
        for line in result.stderr.decode().splitlines():
            self.assertTrue(line.startswith("trainyard: "), line)
        self.assertEqual(result.stderr.count(b"nowhere.bin does not exist"), 1)

    def test_compiled_files_that_a_full_disk_cut_short(self):
        tools = os.path.join(self.folder, "tools")
        shutil.copytree(PYTHON, tools, ignore=shutil.ignore_patterns("__pycache__"))
        code = "import trainyard\ntrainyard.log(x=1.0)\ntrainyard.artifact(__file__)\nprint('on')\n"
        hooked = self.environment(PYTHONPATH=os.path.join(tools, "hook"))
        alone = self.environment(PYTHONPATH=tools)
        for env in (hooked, alone):
            self.assertDone(self.tracked(code, env=env))
        cache = os.path.join(tools, "_trainyard", "__pycache__")
        compiled = {os.path.join(cache, name): _read(os.path.join(cache, name)) for name in os.listdir(cache)}
        self.assertGreater(len(compiled), 5)
        for path, content in compiled.items():
            for env, length in ((hooked, 16), (alone, 100)):
                _write(path, content[:length])
                result = self.tracked(code, env=env)
                self.assertEqual((result.stdout.strip(), result.stderr), (b"on", b""), (path, length))
        artifacts = [
            r for _, records in self.journals() for r in records if isinstance(r, dict) and r["kind"] == "artifact"
        ]
        self.assertEqual(len(artifacts), 2 + 2 * len(compiled))

    def test_the_words_are_those_of_the_contract(self):
        with open(os.path.join(ROOT, "src", "contract", "warnings.ts"), encoding="utf-8") as file:
            contract = file.read().replace(":\n    '", ": '")
        result = self.tracked("import json\nfrom _trainyard.session import MESSAGES\nprint(json.dumps(MESSAGES))\n")
        for code, text in __import__("json").loads(result.stdout).items():
            self.assertIn("'%s': '%s'" % (code, text), contract)


def _can_drop_rights():
    return sys.version_info >= (3, 9) and os.access(sys.executable, os.X_OK) and _others_may_read(sys.executable)


def _others_may_read(path):
    while path != os.path.dirname(path):
        if not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _write(path, content):
    with open(path, "wb") as file:
        file.write(content)
