"""A script that nobody supervises opens a run by itself."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

from support import PYTHON, Case, metrics


class OwnRunTest(Case):
    def alone(self, text, *arguments, name="script.py", cwd=None, **variables):
        path = self.write(name, text)
        env = dict(self.plain_environment(), PYTHONPATH=PYTHON, **variables)
        return self.start([path] + list(arguments), env, cwd=cwd or self.work)

    def run_of(self, store):
        runs = os.listdir(os.path.join(store, "runs"))
        self.assertEqual(len(runs), 1, runs)
        folder = os.path.join(store, "runs", runs[0])
        with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
            asked = json.load(file)
        with open(os.path.join(folder, "code", "state.json"), encoding="utf-8") as file:
            return folder, asked, json.load(file)

    def git(self, *arguments):
        command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org"] + list(arguments)
        return subprocess.run(command, cwd=self.work, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout

    def test_a_run_inside_another(self):
        outer = "01975a6e-0000-7000-8000-000000000001"
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n", TRAINYARD_RUN_DIR="", TRAINYARD_RUN=outer))
        _, asked, _ = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual(asked["parent"], outer)
        self.assertNotEqual(asked["id"], outer)

    def test_a_run_beside_the_script(self):
        result = self.alone(
            "import sys, trainyard\ntrainyard.log(loss=0.5)\ntrainyard.params(lr=0.1)\nprint('x')\n", "--a", "b c"
        )
        self.assertDone(result)
        self.assertEqual((result.stdout.strip(), result.stderr), (b"x", b""))
        folder, asked, code = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertRegex(asked["id"], r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertEqual(os.path.basename(folder), asked["id"])
        self.assertRegex(asked["name"], r"^script-[a-z2-7]{4}$")
        expected = {
            "version": 1,
            "experiment": "script",
            "group": None,
            "parent": None,
            "target": {"kind": "script", "path": "script.py"},
            "args": ["--a", "b c"],
            "command": [],
            "cwd": ".",
            "env": {},
            "tags": {},
            "origin": "script",
            "rerunOf": None,
            "mark": None,
        }
        self.assertEqual({name: asked[name] for name in expected}, expected)
        self.assertEqual((code["kind"], code["commit"], code["patch"]), ("none", None, None))
        ((opened, records),) = self.journals(folder)
        self.assertEqual((opened["run"], opened["role"]), (asked["id"], "main"))
        self.assertEqual(metrics(records), [(0, {"loss": 0.5})])
        self.assertEqual([record["kind"] for record in records[-2:]], ["environment", "end"])
        self.assertEqual(records[-1]["exitCode"], 0)

    def test_the_ignore_rules_are_the_products(self):
        self.assertDone(self.alone("import trainyard\ntrainyard.tag(a=1)\n"))
        with open(os.path.join(self.work, ".trainyard", ".gitignore"), encoding="utf-8") as file:
            rules = file.read()
        source = os.path.join(os.path.dirname(PYTHON), "src", "project", "create-store.ts")
        with open(source, encoding="utf-8") as file:
            self.assertEqual(re.search(r"const ignoreRules = `(.*?)`", file.read(), re.DOTALL).group(1), rules)

    def test_the_nearest_store_upwards(self):
        store = os.path.join(self.work, ".trainyard")
        inner = os.path.join(self.work, "a", "b")
        os.makedirs(store)
        os.makedirs(inner)
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n", cwd=inner))
        _, asked, _ = self.run_of(store)
        self.assertEqual((asked["cwd"], asked["target"]["path"]), ("a/b", "script.py"))

    def test_an_exception_and_its_exit_code(self):
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n1 / 0\n"), 1)
        folder, _, _ = self.run_of(os.path.join(self.work, ".trainyard"))
        ((_, records),) = self.journals(folder)
        self.assertEqual(records[-3]["kind"], "exception")
        self.assertEqual(records[-1]["exitCode"], 1)

    def test_the_exit_code_that_a_script_chooses(self):
        scripts = {
            "": 0,
            "sys.exit(3)\n": 3,
            "sys.exit()\n": 0,
            "sys.exit('the reason')\n": 1,
            "def main():\n    sys.exit(4)\nmain()\n": 4,
            "import argparse\nargparse.ArgumentParser().parse_args(['--no'])\n": 2,
            "try:\n    sys.exit(5)\nfinally:\n    done = 1\n": 5,
            "try:\n    sys.exit(6)\nexcept SystemExit:\n    pass\ndone = 1\n": 0,
            "raise SystemExit(7)\n": 7,
        }
        for number, (code, expected) in enumerate(scripts.items()):
            with self.subTest(code):
                store = os.path.join(self.work, str(number), ".trainyard")
                os.makedirs(store)
                start = "import sys, trainyard\ntrainyard.log(x=1)\n"
                self.assertDone(self.alone(start + code, cwd=os.path.dirname(store)), expected)
                folder, _, _ = self.run_of(store)
                ((_, records),) = self.journals(folder)
                seen = records[-1]["exitCode"]
                self.assertIn(seen, [None] if code.startswith("raise") else [expected])

    def test_children_belong_to_the_run(self):
        code = """
import subprocess, sys, trainyard
trainyard.log(x=1.0)
subprocess.run([sys.executable, "-c", "import trainyard; trainyard.log(x=2.0)"], check=True)
"""
        self.assertDone(self.alone(code))
        folder, _, _ = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual([opened["role"] for opened, _ in self.journals(folder)], ["main", "child"])

    def test_empty_variables_are_no_run(self):
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n", TRAINYARD_RUN_DIR="", TRAINYARD_RUN=""))
        self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual(sorted(os.listdir(self.work)), [".trainyard", "script.py"])

    def test_a_script_that_says_nothing_leaves_nothing(self):
        self.assertDone(self.alone("import trainyard\n"))
        self.assertFalse(os.path.exists(os.path.join(self.work, ".trainyard")))

    def test_modules_and_commands(self):
        self.write("package/train.py", "import trainyard\ntrainyard.log(x=1)\n")
        env = dict(self.plain_environment(), PYTHONPATH=PYTHON)
        self.assertDone(self.start(["-m", "package.train", "a"], env))
        _, asked, _ = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual((asked["target"], asked["args"]), ({"kind": "module", "module": "package.train"}, ["a"]))
        shutil.rmtree(os.path.join(self.work, ".trainyard"))
        self.assertDone(self.start(["-c", "import trainyard; trainyard.log(x=1)"], env))
        _, asked, _ = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual((asked["target"]["kind"], asked["experiment"]), ("program", "interactive"))

    def test_a_patch_of_the_code_that_applies(self):
        self.git("init", "-q", "-b", "trunk")
        self.write("tracked.py", "a = 1\n")
        self.write("sub/gone.py", "b = 1\n")
        self.git("add", ".")
        self.git("commit", "-qm", "first")
        commit = self.git("rev-parse", "HEAD").decode().strip()
        self.write("tracked.py", "a = 2\n")
        self.write("staged.py", "c = 1\n")
        self.git("add", "staged.py")
        os.unlink(os.path.join(self.work, "sub", "gone.py"))
        self.write("weights.bin", "not code")
        self.write("notes.md", "new\n")
        before = self.state_of_repository()
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n", cwd=os.path.join(self.work, "sub")))
        self.assertEqual(self.state_of_repository(), before)
        folder, asked, code = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual((code["kind"], code["commit"], code["branch"], code["dirty"]), ("git", commit, "trunk", True))
        self.assertEqual(code["omitted"], [{"path": "weights.bin", "reason": "not source code"}])
        self.assertEqual(asked["cwd"], "sub")
        clone = os.path.join(self.folder, "clone")
        subprocess.run(["git", "clone", "-q", self.work, clone], check=True)
        subprocess.run(["git", "apply", os.path.join(folder, code["patch"])], cwd=clone, check=True)
        for name in ("tracked.py", "staged.py", "notes.md", "script.py"):
            with open(os.path.join(clone, name)) as applied, open(os.path.join(self.work, name)) as own:
                self.assertEqual(applied.read(), own.read())
        self.assertFalse(os.path.exists(os.path.join(clone, "sub", "gone.py")))

    def state_of_repository(self):
        objects = sorted(
            os.path.join(top, name) for top, _, names in os.walk(os.path.join(self.work, ".git")) for name in names
        )
        with open(os.path.join(self.work, ".git", "index"), "rb") as file:
            return objects, hashlib.sha256(file.read()).hexdigest()

    def test_a_repository_without_a_commit_and_a_clean_one(self):
        self.git("init", "-q")
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n"))
        folder, _, code = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual((code["commit"], code["dirty"], code["patch"]), (None, True, "code/patch.diff"))
        shutil.rmtree(os.path.join(self.work, ".trainyard"))
        self.git("add", ".")
        self.git("commit", "-qm", "all")
        self.assertDone(self.alone("import trainyard\ntrainyard.log(x=1)\n"))
        _, _, code = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual((code["dirty"], code["patch"]), (False, None))

    def test_git_that_is_missing_or_fails(self):
        self.git("init", "-q")
        result = self.alone("import trainyard\ntrainyard.log(x=1)\n", PATH=self.folder)
        self.assertDone(result)
        self.assertEqual(result.stderr.decode().count("trainyard: "), 1)
        self.assertIn(b"there is no git", result.stderr)
        shutil.rmtree(os.path.join(self.work, ".trainyard"))
        with open(os.path.join(self.work, ".git", "HEAD"), "w") as file:
            file.write("nonsense")
        self.git_fails()

    def git_fails(self):
        result = self.alone("import trainyard\ntrainyard.log(x=1)\n")
        self.assertDone(result)
        self.assertIn(b"The state of the code could not be recorded", result.stderr)
        folder, _, code = self.run_of(os.path.join(self.work, ".trainyard"))
        self.assertEqual(code["kind"], "none")
        ((_, records),) = self.journals(folder)
        self.assertEqual(
            [record["code"] for record in records if isinstance(record, dict) and record["kind"] == "warning"],
            ["git-failed"],
        )

    def test_a_place_that_cannot_hold_a_store(self):
        with open(os.path.join(self.work, ".trainyard"), "w") as file:
            file.write("mine")
        result = self.alone("import trainyard\nfor i in range(9): trainyard.log(x=1)\nprint('went on')\n")
        self.assertDone(result)
        self.assertEqual(result.stdout.strip(), b"went on")
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn(b"No run could be opened", result.stderr)
        with open(os.path.join(self.work, ".trainyard")) as file:
            self.assertEqual(file.read(), "mine")

    def test_types_are_offered_to_checkers(self):
        for package in ("trainyard", "_trainyard"):
            self.assertTrue(os.path.exists(os.path.join(PYTHON, package, "py.typed")))

    def test_under_supervision_without_the_hook(self):
        env = self.environment(PYTHONPATH=PYTHON)
        self.assertDone(self.tracked("import trainyard\ntrainyard.log(x=1)\nraise KeyError('k')\n", env=env), 1)
        ((opened, records),) = self.journals()
        self.assertEqual(opened["role"], "main")
        self.assertEqual([record["kind"] for record in records[-3:]], ["exception", "environment", "end"])
        self.assertIsNone(records[-1]["exitCode"])
        self.assertFalse(os.path.exists(os.path.join(self.work, ".trainyard")))


if sys.platform == "win32":
    del OwnRunTest.test_git_that_is_missing_or_fails
