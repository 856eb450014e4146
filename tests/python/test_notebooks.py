"""A notebook runs from top to bottom as a script does."""

import json
import os
import subprocess
import sys

from support import PYTHON, Case, metrics

RUNNER = os.path.join(PYTHON, "trainyard", "run_notebook.py")
NO_IPYTHON = "raise ImportError('no IPython in this test')\n"


class NotebookTest(Case):
    def notebook(self, *cells, name="n.ipynb", **more):
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [{"cell_type": "markdown", "source": "# Title"}],
        }
        content["cells"] += [{"cell_type": "code", "source": cell.splitlines(True), "outputs": []} for cell in cells]
        content.update(more)
        return self.write(name, json.dumps(content))

    def run_notebook(self, *cells, code=0, arguments=(), **more):
        path = self.notebook(*cells, **more) if cells or more else os.path.join(self.work, "n.ipynb")
        self.write("IPython/__init__.py", NO_IPYTHON)
        result = self.start([RUNNER, path] + list(arguments), self.environment())
        self.assertDone(result, code)
        return result

    def test_cells_share_one_main_module(self):
        result = self.run_notebook(
            "import sys, os\nx = 1",
            "def f():\n    return x + 1",
            "print(__name__, f(), sys.argv[1:], os.getcwd())\nimport __main__\nprint(__main__.x)",
            "import pickle\npickle.loads(pickle.dumps(f)) is f",
            arguments=["a"],
        )
        self.assertEqual(result.stdout.decode().splitlines(), ["__main__ 2 ['a'] " + self.work, "1", "True"])

    def test_last_values_show_as_in_jupyter(self):
        result = self.run_notebook(
            "1\n2", "'text'", "None", "x = 3", "4;", "5 # shown", "for i in range(2):\n    i", "_", "display(6, 'a')"
        )
        self.assertEqual(result.stdout.decode().splitlines(), ["2", "'text'", "5", "5", "6", "'a'"])

    def test_top_level_await(self):
        result = self.run_notebook("import asyncio\nawait asyncio.sleep(0)\nawait asyncio.sleep(0, 7)")
        self.assertEqual(result.stdout.strip(), b"7")

    def test_logging_and_exceptions(self):
        result = self.run_notebook(
            "import trainyard\ntrainyard.log(x=1.5)\ndef f():\n    return 1 / 0", "\n\nf()", "print('never')", code=1
        )
        self.assertEqual(metrics(self.records()), [(0, {"x": 1.5})])
        (found,) = self.records("exception")
        self.assertEqual(
            (found["type"], found["file"], found["line"]), ("ZeroDivisionError", os.path.join(self.work, "n.ipynb"), 4)
        )
        told = result.stderr.decode()
        self.assertEqual(found["traceback"], told)
        self.assertIn('File "<cell 3>", line 3, in <module>\n    f()', told)
        self.assertIn('File "<cell 2>", line 4, in f\n    return 1 / 0', told)
        self.assertNotIn("_trainyard", told)
        self.assertEqual(result.stdout, b"")

    def test_a_cell_that_does_not_parse(self):
        result = self.run_notebook("x = 1", "y = (", code=1)
        self.assertIn('File "<cell 3>", line 1', result.stderr.decode())
        self.assertEqual(self.records("exception")[0]["file"], os.path.join(self.work, "n.ipynb"))

    def test_exit_codes(self):
        self.run_notebook("import sys\nsys.exit(3)", "print('never')", code=3)
        self.assertEqual(self.records("exception"), [])

    def test_magics_that_do_nothing_here(self):
        result = self.run_notebook(
            "%matplotlib inline\nx = 1\nif x:\n    %autoreload 2\nprint('''\n%kept\n''', 7\n  % 4)"
        )
        self.assertEqual(result.stdout.decode().split(), ["%kept", "3"])
        self.assertEqual(result.stderr.decode().count("is ignored"), 2)
        self.assertIn("cell 2: %matplotlib is ignored", result.stderr.decode())

    def test_timing_runs_what_it_times(self):
        result = self.run_notebook("%time x = 3\ny = 4", "%%time\nprint(x, y)")
        self.assertEqual(result.stdout.strip(), b"3 4")

    def test_shell_lines(self):
        result = self.run_notebook(
            "name = 'b'\n!echo a {name}\nlines = !echo c\nprint(lines)\n%cd sub\nimport os\nprint(os.path.basename(os.getcwd()))",
            code=1,
        )
        self.assertIn("a b", result.stdout.decode())
        self.assertIn("['c']", result.stdout.decode())
        self.assertIn("FileNotFoundError", result.stderr.decode())

    def test_what_only_ipython_can_run_is_refused(self):
        for cell in ("%%bash\nls", "%%writefile x\ny", "%run other.py", "x = %who_ls"):
            result = self.run_notebook("a = 1", cell, code=2)
            self.assertIn("n.ipynb: cell 3", result.stderr.decode())
            self.assertIn("needs IPython", result.stderr.decode())

    def test_files_that_are_no_notebooks(self):
        for text, problem in (
            ("{", "is not JSON"),
            ("[1]", "is no JSON object"),
            ("{}", "has no list of cells"),
            ('{"cells": [3]}', "cell 1 has no cell_type"),
            ('{"cells": [{"cell_type": "code", "source": 3}]}', "source of cell 1 is not text"),
            ('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "is written in R"),
            ("[" * 100_000, "n.ipynb"),
        ):
            self.write("n.ipynb", text)
            result = self.run_notebook(code=2)
            self.assertIn(problem, result.stderr.decode())
            self.assertIn("n.ipynb", result.stderr.decode())
            self.assertEqual(len(result.stderr.splitlines()), 1)

    def test_older_formats(self):
        cells = [{"cell_type": "code", "input": ["x = 2\n", "x"], "language": "python", "outputs": []}]
        self.write("n.ipynb", json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}))
        self.assertEqual(self.run_notebook().stdout.strip(), b"2")

    def test_modules_beside_the_notebook(self):
        self.write("deep/helper.py", "value = 9\n")
        path = self.notebook("import helper\nhelper.value", name="deep/n.ipynb")
        result = self.start([RUNNER, path], self.environment())
        self.assertEqual((result.stdout.strip(), result.returncode), (b"9", 0), result.stderr)

    def test_without_a_run(self):
        path = self.notebook("1 + 1")
        result = subprocess.run(
            [sys.executable, RUNNER, path], cwd=self.work, env=self.plain_environment(), stdout=-1, stderr=-1
        )
        self.assertEqual((result.stdout.strip(), result.returncode), (b"2", 0), result.stderr)

    def test_the_same_in_ipython(self):
        try:
            import IPython  # noqa: F401
        except ImportError:
            self.skipTest("IPython is not installed for this Python")
        path = self.notebook(
            "%config InlineBackend.rc = {}\n!echo hi", "x = 1\nx", "%%bash\necho deep", "def f():\n    1 / 0", "f()"
        )
        result = self.start([RUNNER, path], self.environment())
        self.assertDone(result, 1)
        self.assertEqual(result.stdout.decode().split(), ["hi", "1", "deep"])
        self.assertIn('File "<cell 5>", line 2, in f', result.stderr.decode())
        self.assertNotIn("_trainyard", result.stderr.decode())
        (found,) = self.records("exception")
        self.assertEqual((found["file"], found["line"]), (path, 2))
