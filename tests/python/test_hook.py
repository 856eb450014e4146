"""The start-up hook: what it records, and that a script cannot tell that it was there."""

import os
import shutil
import subprocess
import sys
import unittest

from support import HOOK, PYTHON, ROOT, Case

SHOW_PATH = """
import sys
print([entry for entry in sys.path if entry != %r])
print("sitecustomize" in sys.modules, sys.argv, __name__, sys.flags.dont_write_bytecode, sys.dont_write_bytecode)
""" % (PYTHON,)


class HookTest(Case):
    def assertSame(self, text, *arguments, name="script.py", **more):
        """A script prints the same and ends the same with the hook and without it."""
        plain = self.untracked(text, *arguments, name=name, **more)
        tracked = self.tracked(text, *arguments, name=name, **more)
        self.assertEqual(tracked.stdout, plain.stdout)
        self.assertEqual(tracked.stderr, plain.stderr)
        self.assertEqual(tracked.returncode, plain.returncode)
        return tracked

    def test_paths_and_modules_look_as_ever(self):
        self.assertSame(SHOW_PATH, "a", "b")

    def test_the_package_comes_last_on_the_path(self):
        result = self.tracked("import sys\nprint(sys.path[-1])\n")
        self.assertEqual(result.stdout.decode().strip(), PYTHON)

    def test_a_module_of_the_users_called_trainyard_stays_theirs(self):
        self.write("trainyard.py", "mine = True\n")
        result = self.tracked(
            "import argparse, trainyard\nargparse.ArgumentParser().parse_args()\nprint(trainyard.mine)\n"
        )
        self.assertEqual((result.stdout.strip(), result.stderr), (b"True", b""))
        self.assertEqual([record["kind"] for record in self.records()], ["environment", "end"])

    def test_modules_of_the_users_named_like_the_standard_library_stay_theirs(self):
        names = ("resource", "traceback", "json", "typing", "tokenize", "linecache", "token", "fcntl")
        for name in names:
            self.write(name + ".py", "print('mine:', __name__)\n")
        code = "import %s\nprint(resource.__file__ == %r)\nimport sys\nsys.stdout.flush()\n"
        self.assertSame(code % (", ".join(names[:4]), os.path.join(self.work, "resource.py")))

    def test_imported_modules_of_the_users_do_not_break_the_end(self):
        self.write("resource.py", "")
        self.write("traceback.py", "")
        self.assertSame("import resource, traceback\n1 / 0\n")
        self.assertEqual([record["kind"] for record in self.records()], ["exception", "environment", "end"])
        self.assertEqual(
            self.records("exception")[0]["traceback"].splitlines()[-2:],
            ["    1 / 0", "ZeroDivisionError: division by zero"],
        )

    def test_a_folder_full_of_such_modules_is_not_imported_at_the_end(self):
        for name in ("resource", "traceback", "tokenize", "linecache", "token", "codeop", "textwrap"):
            self.write(name + ".py", "print('run by mistake:', __name__)\n")
        self.assertSame("print('a script')\n")
        self.assertEqual([record["kind"] for record in self.records()], ["environment", "end"])

    def test_a_shadowed_sitecustomize_runs_as_itself(self):
        other = os.path.join(self.folder, "other")
        os.makedirs(other)
        with open(os.path.join(other, "sitecustomize.py"), "w") as file:
            file.write("import sys\nprint('shadowed', __name__, __file__, sys.path[0] == %r)\nvalue = 5\n" % other)
        text = "import sitecustomize\nprint(sitecustomize.value, sitecustomize.__file__, sitecustomize.__spec__.name)\n"
        script = self.write("script.py", text)
        plain = self.start([script], dict(self.plain_environment(), PYTHONPATH=other))
        tracked = self.start([script], self.environment(PYTHONPATH=HOOK + os.pathsep + other))
        self.assertIn(b"shadowed sitecustomize", plain.stdout)
        self.assertEqual(tracked.stdout, plain.stdout)
        self.assertEqual(tracked.stderr, plain.stderr)
        untracked = self.start([script], dict(self.plain_environment(), PYTHONPATH=HOOK + os.pathsep + other))
        self.assertEqual(untracked.stdout, plain.stdout)

    def test_a_shadowed_sitecustomize_fails_as_it_would(self):
        other = os.path.join(self.folder, "other")
        os.makedirs(other)
        for text in ("raise ValueError('no')\n", "import nowhere_at_all\n", "def (:\n"):
            with open(os.path.join(other, "sitecustomize.py"), "w") as file:
                file.write(text)
            script = self.write("script.py", "print('on')\n")
            plain = self.start([script], dict(self.plain_environment(), PYTHONPATH=other))
            tracked = self.start([script], self.environment(PYTHONPATH=HOOK + os.pathsep + other))
            self.assertEqual(
                (tracked.stdout, tracked.stderr, tracked.returncode), (plain.stdout, plain.stderr, plain.returncode)
            )

    def test_without_a_run_it_does_nothing(self):
        script = self.write("script.py", "import sys\nprint([n for n in sys.modules if 'trainyard' in n], sys.path)\n")
        plain = self.start([script], self.plain_environment())
        hooked = self.start([script], dict(self.plain_environment(), PYTHONPATH=HOOK))
        self.assertEqual((hooked.stdout, hooked.stderr), (plain.stdout, plain.stderr))

    def test_interpreters_that_ignore_the_environment_run_the_script_alone(self):
        script = self.write("script.py", "print('on')\n")
        for flag in ("-I", "-S", "-E", "-s", "-B", "-O", "-u", "-X dev"):
            result = self.start(flag.split() + [script], self.environment())
            self.assertEqual((result.stdout.strip(), result.stderr, result.returncode), (b"on", b"", 0), flag)

    def test_modules_commands_and_standard_input(self):
        self.write("package/__main__.py", "import sys\nprint(__name__, __package__, len(sys.argv))\n1/0\n")
        for arguments in (["-m", "package", "x"], ["-c", "import sys; print(sys.argv); 1/0", "x"], ["package"]):
            plain = self.start(arguments, self.plain_environment())
            tracked = self.start(arguments, self.environment())
            self.assertEqual((tracked.stdout, tracked.stderr, tracked.returncode), (plain.stdout, plain.stderr, 1))
        tracked = self.start(["-"], self.environment(), stdin=None, input=b"print(6 * 7)\n")
        self.assertEqual((tracked.stdout.strip(), tracked.stderr), (b"42", b""))

    def test_output_files_are_written_line_by_line(self):
        self.write("script.py", "import os, sys\nprint('one')\nsys.stderr.write('two\\n')\nos._exit(0)\n")
        out, err = [os.path.join(self.run_folder, name) for name in ("stdout.log", "stderr.log")]
        with open(out, "ab") as stdout, open(err, "ab") as stderr:
            self.start(["script.py"], self.environment(), stdout=stdout, stderr=stderr)
        with open(out) as stdout, open(err) as stderr:
            self.assertEqual((stdout.read(), stderr.read()), ("one\n", "two\n"))

    def test_other_output_is_buffered_as_ever(self):
        result = self.tracked("import os\nprint('lost')\nos._exit(0)\n")
        self.assertEqual(result.stdout, b"")

    def test_scripts_that_replace_or_close_their_output(self):
        self.assertSame("import io, sys\nsys.stdout = io.StringIO()\nprint('gone')\n")
        self.assertSame("import sys\nsys.stdout.close()\nsys.stderr = None\n")
        self.assertSame("import sys\nsys.stdout = open('x', 'w')\nprint(1)\nsys.stderr.write('e')\n")

    def test_a_script_that_deletes_its_working_folder(self):
        if sys.platform == "win32":
            return
        gone = os.path.join(self.work, "gone")
        script = self.write(
            "script.py", "import os, sys\nos.mkdir(%r)\nos.chdir(%r)\nos.rmdir(%r)\n1/0\n" % (gone, gone, gone)
        )
        result = self.start([script], self.environment())
        self.assertEqual(result.returncode, 1)
        self.assertNotIn(b"trainyard: ", result.stderr)
        self.assertEqual(self.records("exception")[0]["line"], 5)

    def test_a_script_that_empties_the_environment_and_the_path(self):
        self.assertSame(
            "import os, sys\nos.environ.clear()\nsys.path[:] = []\nsys.meta_path[:] = sys.meta_path[-3:]\nprint(1)\n"
        )
        self.assertEqual([record["kind"] for record in self.records()], ["environment", "end"])

    def test_a_missing_run_folder_is_one_line(self):
        env = self.environment(TRAINYARD_RUN_DIR=os.path.join(self.folder, "nowhere"))
        result = self.tracked("print('on')\nraise SystemExit(4)\n", env=env)
        self.assertEqual((result.stdout.strip(), result.returncode), (b"on", 4))
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn(b"trainyard: The journal could not be written", result.stderr)

    def test_its_own_modules_are_compiled_once_where_python_compiles_nothing(self):
        python = os.path.join(self.folder, "python")
        shutil.copytree(PYTHON, python, ignore=shutil.ignore_patterns("__pycache__"))
        env = self.environment(PYTHONPATH=os.path.join(python, "hook"), PYTHONDONTWRITEBYTECODE="1")
        text = "import sys\nopen('x', 'w').close()\nprint([name for name in sys.modules if name.startswith('_trainyard')])\n"
        self.write("own.py", "")
        result = self.tracked("import own\n" + text, env=env)
        self.assertDone(result)
        compiled = os.listdir(os.path.join(python, "_trainyard", "__pycache__"))
        for name in eval(result.stdout):
            stem = name.partition(".")[2] or "__init__"
            if "." not in stem:
                self.assertTrue([file for file in compiled if file.startswith(stem + ".")], name)
        self.assertEqual([name for name in os.listdir(self.work) if name == "__pycache__"], [])

    def test_a_broken_package_is_one_line(self):
        hook = os.path.join(self.folder, "python", "hook")
        os.makedirs(hook)
        with open(os.path.join(HOOK, "sitecustomize.py")) as source, open(
            os.path.join(hook, "sitecustomize.py"), "w"
        ) as copy:
            copy.write(source.read())
        result = self.tracked("print('on')\n", env=self.environment(PYTHONPATH=hook))
        self.assertEqual((result.stdout.strip(), result.returncode), (b"on", 0))
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn(b"The Python hook failed: ModuleNotFoundError", result.stderr)

    def test_the_end_says_what_the_process_used(self):
        self.assertDone(self.tracked("data = bytearray(50_000_000)\nx = sum(i * i for i in range(300_000))\n"))
        (end,) = self.records("end")
        self.assertIsNone(end["exitCode"])
        self.assertGreater(end["peakMemoryBytes"], 50_000_000)
        self.assertGreater(end["cpuSeconds"], 0)

    def test_the_environment_names_what_was_imported(self):
        site = os.path.join(self.folder, "venv", "site-packages")
        for distribution, name, files, record in (
            ("plain_dist-1.2.dist-info", "plain-dist", ["plain_dist/__init__.py"], ""),
            ("scikit_other-3.0.dist-info", "scikit-other", ["other_name/__init__.py"], "other_name/__init__.py,,\n"),
            ("single-0.1.dist-info", "single", ["one_file.py"], "one_file.py,,\n"),
            ("space_part-7.dist-info", "space.part", ["space/part/__init__.py"], "space/part/__init__.py,,\n"),
            ("unused-9.dist-info", "unused", ["unused/__init__.py"], "unused/__init__.py,,\n"),
        ):
            for file, text in [(path, "") for path in files] + [
                (
                    distribution + "/METADATA",
                    "Metadata-Version: 2.1\nName: %s\nVersion: %s\n\nText" % (name, distribution.split("-")[1][:-5]),
                ),
                (distribution + "/RECORD", record),
            ]:
                path = os.path.join(site, file)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as out:
                    out.write(text)
        env = self.environment(PYTHONPATH=HOOK + os.pathsep + site)
        self.assertDone(self.tracked("import plain_dist, other_name, one_file, space.part, json\n", env=env))
        (environment,) = self.records("environment")
        expected = {"plain-dist": "1.2", "scikit-other": "3.0", "single": "0.1", "space.part": "7"}
        self.assertEqual({name: environment["packages"].get(name) for name in expected}, expected)
        self.assertNotIn("unused", environment["packages"])
        self.assertEqual(environment["python"].split(" ")[0], "%d.%d.%d" % sys.version_info[:3])

    def test_versions_agree(self):
        with open(os.path.join(ROOT, "package.json"), encoding="utf-8") as file:
            version = __import__("json").load(file)["version"]
        result = self.tracked("import trainyard\nprint(trainyard.__version__)\n")
        self.assertEqual(result.stdout.decode().strip(), version)


@unittest.skipUnless(
    sys.platform != "win32" and os.path.isdir(os.path.expanduser("~/.pyenv/versions")),
    "no other Python installed by pyenv",
)
class OtherPythonTest(Case):
    def test_every_installed_python(self):
        versions = os.path.expanduser("~/.pyenv/versions")
        for name in sorted(os.listdir(versions)):
            python = os.path.join(versions, name, "bin", "python")
            if not os.path.exists(python):
                continue
            with self.subTest(name):
                self.setUp()
                self.write(
                    "script.py",
                    "import sys\nprint(sys.path[1:4])\nif sys.version_info[0] > 2: import argparse; argparse.ArgumentParser().parse_args()\n",
                )
                plain = subprocess.run(
                    [python, "script.py"], cwd=self.work, env=self.plain_environment(), stdout=-1, stderr=-1
                )
                tracked = subprocess.run(
                    [python, "script.py"], cwd=self.work, env=self.environment(), stdout=-1, stderr=-1
                )
                self.assertEqual(
                    (tracked.stdout, tracked.stderr, tracked.returncode), (plain.stdout, plain.stderr, plain.returncode)
                )
                supported = tuple(int(part) for part in name.split(".")[:2]) >= (3, 8)
                self.assertEqual(len(self.journals()), 1 if supported else 0)
