"""Parsed arguments are recorded, and argparse stays what it is."""

import sys

from support import Case

SCRIPT = """
import argparse
parser = argparse.ArgumentParser(prog="train")
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--no-shuffle", action="store_false", dest="shuffle")
parser.add_argument("--sizes", type=int, nargs="*", default=[1, 2])
parser.add_argument("--name")
"""


class ArgparseTest(Case):
    def assertSame(self, text, *arguments):
        plain = self.untracked(text, *arguments)
        tracked = self.tracked(text, *arguments)
        self.assertEqual(tracked.stdout, plain.stdout)
        self.assertEqual(tracked.stderr, plain.stderr)
        self.assertEqual(tracked.returncode, plain.returncode)
        return tracked

    def parsed(self):
        return [record["values"] for record in self.records("params") if record["source"] == "argparse"]

    def test_values_and_defaults(self):
        self.assertSame(SCRIPT + "print(parser.parse_args())\n", "--lr", "1e-3", "--sizes", "3", "4")
        self.assertEqual(self.parsed(), [{"lr": 0.001, "shuffle": True, "sizes": [3, 4], "name": None}])

    def test_known_arguments(self):
        self.assertSame(SCRIPT + "print(parser.parse_known_args())\n", "--lr", "2", "--other")
        self.assertEqual(self.parsed()[0]["lr"], 2.0)

    def test_the_command_line_handed_over(self):
        self.assertSame("import sys\n" + SCRIPT + "print(parser.parse_args(sys.argv[1:]))\n", "--lr", "2")
        self.assertEqual(self.parsed()[0]["lr"], 2.0)

    def test_other_lists_are_not_the_scripts_arguments(self):
        self.assertSame(SCRIPT + "print(parser.parse_args(['--lr', '3']))\n", "--unknown")
        self.assertEqual(self.parsed(), [])

    def test_a_namespace_of_the_scripts_own(self):
        code = "class Own: pass\nown = Own()\nassert parser.parse_args(namespace=own) is own\nprint(vars(own))\n"
        self.assertSame(SCRIPT + code, "--name", "n")
        self.assertEqual(self.parsed()[0]["name"], "n")

    def test_a_namespace_without_a_dictionary(self):
        code = (
            "class Own: __slots__ = ('lr', 'shuffle', 'sizes', 'name')\nprint(parser.parse_args(namespace=Own()).lr)\n"
        )
        self.assertSame(SCRIPT + code)

    def test_subcommands_are_one_record(self):
        code = """
import argparse
def train(options): print("training", options.epochs)
parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
commands = parser.add_subparsers(dest="command")
sub = commands.add_parser("train")
sub.add_argument("--epochs", type=int)
sub.set_defaults(run=train)
options = parser.parse_args()
options.run(options)
"""
        self.assertSame(code, "--seed", "3", "train", "--epochs", "5")
        self.assertEqual(self.parsed(), [{"seed": 3, "command": "train", "epochs": 5, "run": "__main__.train"}])

    def test_intermixed_arguments(self):
        code = SCRIPT + "parser.add_argument('rest', nargs='*')\nprint(parser.parse_intermixed_args())\n"
        self.assertSame(code.replace('nargs="*", default=[1, 2]', "default=1"), "a", "--lr", "2", "b")
        self.assertEqual(self.parsed(), [{"lr": 2.0, "shuffle": True, "sizes": 1, "name": None, "rest": ["a", "b"]}])

    def test_errors_help_and_version(self):
        code = SCRIPT + "parser.add_argument('--version', action='version', version='1.2')\nparser.parse_args()\n"
        for arguments, exit_code in ((["--lr", "x"], 2), (["-h"], 0), (["--version"], 0), (["--nope"], 2)):
            self.assertEqual(self.assertSame(code, *arguments).returncode, exit_code)

    def test_an_error_that_the_script_catches(self):
        code = (
            SCRIPT
            + "try: parser.parse_args()\nexcept SystemExit as e: print('code', e.code)\nprint(parser.parse_args([]))\n"
        )
        self.assertSame(code, "--nope")

    def test_exceptions_of_callbacks_show_as_ever(self):
        code = "import argparse\ndef kind(text): raise KeyError(text)\np = argparse.ArgumentParser()\np.add_argument('--x', type=kind)\np.parse_args()\n"
        plain = self.untracked(code, "--x", "1")
        tracked = self.tracked(code, "--x", "1")
        if sys.version_info >= (3, 11):
            self.assertEqual(tracked.stderr, plain.stderr)
        self.assertEqual(tracked.returncode, 1)
        (exception,) = self.records("exception")
        self.assertEqual((exception["type"], exception["line"]), ("KeyError", 2))

    def test_it_can_be_inspected_as_ever(self):
        self.assertSame(
            """
import argparse, inspect, pickle, sys, importlib
parse = argparse.ArgumentParser.parse_known_args
print(inspect.signature(parse), parse.__name__, parse.__qualname__, parse.__module__, parse.__doc__)
print(inspect.getsource(parse) != "", inspect.getsourcefile(argparse), argparse.__spec__.origin)
print(type(argparse.__loader__), type(argparse.__spec__.loader))
print(argparse.__loader__ is argparse.__spec__.loader)
print(argparse.__cached__, type(parse), len(inspect.getsource(argparse)))
finders = [finder if isinstance(finder, type) else type(finder) for finder in sys.meta_path]
print([finder for finder in finders if finder.__module__ != "_trainyard.after_import"])
print(importlib.reload(argparse) is argparse)
"""
        )

    def test_subclasses_that_override(self):
        code = """
import argparse
class Parser(argparse.ArgumentParser):
    def parse_known_args(self, args=None, namespace=None):
        found, rest = super().parse_known_args(args, namespace)
        found.extra = 1
        return found, rest
parser = Parser()
parser.add_argument("--lr", type=float)
print(parser.parse_args())
"""
        self.assertSame(code, "--lr", "2")
        self.assertEqual(self.parsed()[0]["lr"], 2.0)

    def test_an_argparse_of_the_users_own(self):
        self.write("argparse.py", "print('mine')\nclass ArgumentParser: pass\n")
        self.assertSame(
            "import argparse\nprint(argparse.__file__, argparse.__spec__.origin, type(argparse.__loader__))\n"
        )

    def test_parsing_in_threads(self):
        code = (
            SCRIPT
            + "import threading\nts = [threading.Thread(target=parser.parse_args) for _ in range(4)]\n[t.start() for t in ts]\n[t.join() for t in ts]\n"
        )
        self.assertSame(code)
        self.assertEqual(len(self.parsed()), 4)

    def test_objects_are_kept_as_text_without_a_word_on_the_terminal(self):
        code = "import argparse\nclass Thing:\n    def __init__(self, t): pass\n    def __repr__(self): return 'a thing'\np = argparse.ArgumentParser()\np.add_argument('--x', type=Thing)\np.add_argument('--file', type=argparse.FileType('w'), default='-')\np.parse_args()\n"
        self.assertSame(code, "--x", "1")
        self.assertEqual(self.parsed(), [{"x": "a thing", "file": "<stdout>"}])
        self.assertEqual([record["code"] for record in self.records("warning")], ["value-unreadable"])
