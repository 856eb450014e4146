"""The exception that ended a script is recorded where a person would look for it."""

import os
import signal
import subprocess
import sys

from support import Case


class ExceptionTest(Case):
    def failure(self, text, *arguments, code=1, **more):
        result = self.tracked(text, *arguments, **more)
        self.assertDone(result, code)
        found = self.records("exception")
        self.assertEqual(len(found), 1, found)
        # Before 3.11, Python prints the names of a script's own classes otherwise than its traceback module does.
        if sys.version_info >= (3, 11):
            self.assertEqual(found[0]["traceback"].replace("\n", os.linesep), result.stderr.decode("utf-8"))
        return found[0]

    def assertPlace(self, found, name, line):
        self.assertEqual((found["file"], found["line"]), (os.path.join(self.work, name), line))

    def test_type_message_and_place(self):
        found = self.failure("import os\ndef f():\n    raise ValueError('Gr\u00f6\u00dfe')\nf()\n")
        self.assertEqual((found["type"], found["message"]), ("ValueError", "Gr\u00f6\u00dfe"))
        self.assertPlace(found, "script.py", 3)

    def test_types_are_qualified(self):
        found = self.failure("import json\njson.loads('{')\n")
        self.assertEqual(found["type"], "json.decoder.JSONDecodeError")
        found = self.failure_of_own_type()
        self.assertEqual(found["type"], "Outer.Inner")

    def failure_of_own_type(self):
        self.setUp()
        return self.failure("class Outer:\n    class Inner(Exception): pass\nraise Outer.Inner()\n")

    def test_the_users_line_not_the_librarys(self):
        found = self.failure("import json\n\njson.loads('{')\n")
        self.assertPlace(found, "script.py", 3)

    def test_the_users_module_not_an_installed_one(self):
        self.write("venv/lib/site-packages/lib.py", "def call(f):\n    return f()\n")
        self.write(
            "helper.py",
            "import sys\nsys.path.insert(0, 'venv/lib/site-packages')\nimport lib\n\ndef go():\n    lib.call(lambda: lib.nothing)\n",
        )
        self.assertPlace(self.failure("import helper\nhelper.go()\n"), "helper.py", 6)

    def test_a_module_that_runs_with_m(self):
        self.write("package/__init__.py", "")
        self.write("package/train.py", "print(1)\n1 / 0\n")
        result = self.start(["-m", "package.train"], self.environment())
        self.assertDone(result, 1)
        self.assertPlace(self.records("exception")[0], os.path.join("package", "train.py"), 2)

    def test_chained_exceptions(self):
        found = self.failure(
            "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('second') from e\n"
        )
        self.assertEqual(found["type"], "RuntimeError")
        self.assertIn("direct cause", found["traceback"])

    def test_a_script_that_does_not_parse(self):
        found = self.failure("x = 1\ny = (\n")
        self.assertEqual(found["type"], "SyntaxError")
        self.assertEqual(found["file"], os.path.join(self.work, "script.py"))
        self.assertIn(found["line"], (2, 3))

    def test_a_module_that_does_not_parse(self):
        self.write("broken.py", "\n\ndef f(:\n")
        found = self.failure("import broken\n")
        self.assertPlace(found, "broken.py", 3)

    def test_text_that_does_not_parse(self):
        self.assertPlace(self.failure("\neval('1 +')\n"), "script.py", 2)

    def test_a_deep_recursion(self):
        found = self.failure("def f(): f()\nf()\n")
        self.assertEqual(found["type"], "RecursionError")

    def test_an_exception_whose_text_fails(self):
        found = self.failure("class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad()\n")
        self.assertEqual((found["type"], found["line"]), ("Bad", 3))

    def test_an_exception_hook_of_the_scripts_own(self):
        result = self.tracked("import sys\nsys.excepthook = lambda *a: print('mine')\n1 / 0\n")
        self.assertEqual((result.stdout.strip(), result.stderr, result.returncode), (b"mine", b"", 1))
        self.assertEqual(self.records("exception")[0]["line"], 3)

    def test_exits_are_no_exceptions(self):
        for number, text in enumerate(
            ("import sys\nsys.exit(3)\n", "raise SystemExit('text')\n", "exit()\n", "import os\nos.abort()\n")
        ):
            self.setUp()
            plain = self.untracked(text)
            tracked = self.tracked(text)
            self.assertEqual((tracked.returncode, tracked.stderr), (plain.returncode, plain.stderr), number)
            if number < 3:
                self.assertEqual(self.records("exception"), [])

    def test_exceptions_that_were_caught_or_of_threads_are_none(self):
        result = self.tracked(
            "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\ntry: 1 / 0\nexcept Exception: pass\n"
        )
        self.assertDone(result)
        self.assertEqual(self.records("exception"), [])

    def test_an_interrupt(self):
        if sys.platform == "win32":
            return
        self.write("script.py", "import os\n\nos.write(1, b'x') and os.read(0, 1)\n")
        process = subprocess.Popen(
            [sys.executable, "script.py"],
            cwd=self.work,
            env=self.environment(),
            stdin=-1,
            stdout=-1,
            stderr=-1,
            preexec_fn=_heed_interrupts,
        )
        self.assertEqual(process.stdout.read(1), b"x")
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertEqual(self.records("exception")[0]["type"], "KeyboardInterrupt")
        self.assertPlace(self.records("exception")[0], "script.py", 3)
        self.assertEqual(len(self.records("end")), 1)

    def test_the_scripts_own_last_words_come_first(self):
        self.assertDone(self.tracked("import atexit, trainyard\natexit.register(lambda: trainyard.log(x=1.0))\n"))
        self.assertIsInstance(self.records()[1], list)
        self.assertEqual(self.records()[-1]["kind"], "end")


def _heed_interrupts():
    signal.signal(signal.SIGINT, signal.default_int_handler)
