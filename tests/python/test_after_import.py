"""What watches imports: it is told of a module once its code has run, and nobody else can tell."""

import os
import sys
import zipfile

from support import Case

# Has a module of the test's own folder stand for one of ours, and lets it watch `victim`.
WATCH = """
import os, sys
import _trainyard
from _trainyard import after_import
_trainyard.__path__.append(os.path.join(os.getcwd(), "ours"))
after_import._watched["victim"] = [("watcher", "imported")]
"""
WATCHER = "def imported(module):\n    print('told of', module.__name__, sorted(n for n in vars(module) if n[0] != '_'))\n"


class AfterImportTest(Case):
    def setUp(self):
        super().setUp()
        self.write("ours/watcher.py", WATCHER)

    def watching(self, text, code=0):
        result = self.tracked(WATCH + text)
        self.assertEqual(result.returncode, code, result.stderr.decode())
        return result.stdout.decode().splitlines()

    def test_a_module_and_a_package(self):
        self.write("victim.py", "value = 1\n")
        self.assertEqual(self.watching("import victim\nimport victim\n"), ["told of victim ['value']"])
        os.unlink(os.path.join(self.work, "victim.py"))
        self.write("victim/__init__.py", "from .part import value\n")
        self.write("victim/part.py", "value = 2\n")
        self.assertEqual(self.watching("import victim.part\n"), ["told of victim ['part', 'value']"])

    def test_loader_and_specification_are_the_real_ones(self):
        self.write("victim.py", "value = 1\n")
        look = """
import importlib.util, inspect
spec = importlib.util.find_spec("victim")
print(type(spec), type(spec.loader), spec.loader.get_source("victim"))
import victim
for loader in (victim.__loader__, victim.__spec__.loader):
    print(type(loader), sorted(vars(loader)), inspect.getsource(victim))
"""
        plain = self.untracked(look)
        lines = self.watching(look)
        lines.remove("told of victim ['value']")
        self.assertEqual(lines, plain.stdout.decode().splitlines())

    def test_a_reload_tells_again(self):
        self.write("victim.py", "value = 1\n")
        lines = self.watching("import importlib, victim\nprint(importlib.reload(victim) is victim)\n")
        self.assertEqual(lines, ["told of victim ['value']"] * 2 + ["True"])

    def test_a_lazy_import_tells_when_it_happens(self):
        self.write("victim.py", "print('runs')\nvalue = 1\n")
        lines = self.watching(
            """
import importlib.util
spec = importlib.util.find_spec("victim")
spec.loader = importlib.util.LazyLoader(spec.loader)
module = importlib.util.module_from_spec(spec)
sys.modules["victim"] = module
spec.loader.exec_module(module)
print("not yet")
print(module.value)
"""
        )
        self.assertEqual(lines, ["not yet", "runs", "told of victim ['value']", "1"])

    def test_a_module_in_an_archive(self):
        with zipfile.ZipFile(os.path.join(self.work, "archive.zip"), "w") as archive:
            archive.writestr("victim.py", "import other\nvalue = 1\n")
            archive.writestr("other.py", "value = 2\n")
        text = "sys.path.insert(0, 'archive.zip')\nimport victim, other\nprint(victim.value, other.value)\n"
        told = ["told of victim ['other', 'value']"] if sys.version_info >= (3, 10) else []
        self.assertEqual(self.watching(text), told + ["1 2"])

    def test_a_namespace_and_a_missing_module(self):
        os.makedirs(os.path.join(self.work, "victim"))
        self.assertEqual(self.watching("import victim\nprint(victim.__file__ is None or 1)\n")[-1:], ["True"])
        os.rmdir(os.path.join(self.work, "victim"))
        text = "try:\n    import victim\nexcept ModuleNotFoundError as error:\n    print(error, error.name)\n"
        self.assertEqual(self.watching(text), ["No module named 'victim' victim"])

    def test_a_module_that_replaces_itself(self):
        self.write("victim.py", "import sys, types\nsys.modules[__name__] = types.SimpleNamespace(__name__='another')\n")
        self.assertEqual(self.watching("import victim\n"), ["told of another []"])

    def test_tracebacks_of_imports_look_as_ever(self):
        for body in ("1 / 0\n", "import nowhere\n", "def (:\n"):
            self.write("victim.py", body)
            for text in ("import victim\n", "import importlib\nimportlib.import_module('victim')\n"):
                if "importlib" in text and sys.version_info < (3, 11):
                    continue
                prefix = "# \n" * (WATCH.count("\n"))
                plain = self.untracked(prefix + text)
                tracked = self.tracked(WATCH + text)
                self.assertEqual((tracked.stderr, tracked.returncode), (plain.stderr, 1))

    def test_warnings_of_imports_name_the_same_line(self):
        self.write("victim.py", "import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)\n")
        plain = self.untracked("# \n" * (WATCH.count("\n")) + "import victim\n")
        tracked = self.tracked(WATCH + "import victim\n")
        self.assertIn(b"DeprecationWarning: old", plain.stderr)
        self.assertEqual(tracked.stderr, plain.stderr)

    def test_a_failure_of_ours_is_a_warning_of_the_run(self):
        self.write("ours/watcher.py", "def imported(module):\n    raise ValueError('broken')\n")
        self.write("victim.py", "value = 1\n")
        result = self.tracked(WATCH + "import importlib, victim\nimportlib.reload(victim)\nprint(victim.value)\n")
        self.assertEqual((result.stdout.strip(), result.stderr, result.returncode), (b"1", b"", 0))
        (warning,) = self.records("warning")
        self.assertEqual((warning["code"], warning["params"]["name"]), ("hook-failed", "victim"))
        self.assertEqual(warning["params"]["problem"], "ValueError: broken")

    def test_finders_of_the_scripts_own_come_as_they_stand(self):
        text = """
import importlib.machinery, importlib.util
class Mine:
    def find_spec(self, name, path=None, target=None):
        if name == "victim":
            print("asked")
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec): return None
    def exec_module(self, module): module.made = True
sys.meta_path.append(Mine())
import victim
print(victim.made, type(victim.__loader__).__name__)
"""
        self.assertEqual(self.watching(text), ["asked", "told of victim ['made']", "True Mine"])

    def test_it_watches_in_children_too(self):
        self.write("victim.py", "value = 1\n")
        self.write("child.py", WATCH + "import victim\n")
        text = "import subprocess, sys\nprint(subprocess.check_output([sys.executable, 'child.py']).decode().strip())\n"
        self.assertEqual(self.watching(text), ["told of victim ['value']"])
