"""Wrapped functions look, fail and warn as the ones inside them do."""

import sys

from support import Case

LIBRARY = '''
import warnings
def double(x: int, *, loud: bool = False) -> int:
    """Doubles."""
    if x < 0:
        raise ValueError("negative")
    if x == 0:
        warnings.warn("zero", UserWarning, stacklevel=2)
    return 2 * x
double.attribute = 1
class Thing:
    def plain(self, x): return ("plain", type(self).__name__, x)
    @classmethod
    def of_class(cls, x): return ("class", cls.__name__, x)
    @staticmethod
    def alone(x): return ("static", x)
class Other(Thing): pass
'''
WRAP = """
import library
from _trainyard.wrapping import note_calls
noted = []
def note(result, given, named): noted.append((result, len(given), named))
for owner, name in ((library, "double"), (library.Thing, "plain"), (library.Thing, "of_class"), (library.Thing, "alone")):
    assert note_calls(owner, name, note, BEFORE) and not note_calls(owner, name, note)
"""


class WrappingTest(Case):
    def setUp(self):
        super().setUp()
        self.write("library.py", LIBRARY)

    def assertSame(self, text):
        for before in ("True", "False"):
            wrap = WRAP.replace("BEFORE", before)
            plain = self.untracked("#\n" * (wrap.count("\n") - 1) + "import library\n" + text)
            tracked = self.tracked(wrap + text)
            self.assertEqual((tracked.stdout, tracked.stderr, tracked.returncode), (plain.stdout, plain.stderr, plain.returncode))

    def test_looks(self):
        self.assertSame(
            """
import inspect, pickle, typing
for f in (library.double, library.Thing.plain, library.Thing.of_class, library.Thing.alone, library.Other.plain):
    print(type(f), f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__annotations__, inspect.signature(f))
    print(inspect.getsource(f), inspect.unwrap(f).__code__.co_firstlineno)
print(library.double.attribute, typing.get_type_hints(library.double))
print(pickle.loads(pickle.dumps(library.double)) is library.double, pickle.dumps(library.double))
print(library.Other().plain(1), library.Other.of_class(2), library.Other().alone(3))
"""
        )

    def test_errors_and_warnings(self):
        self.assertSame("print(library.double(0))\n")
        if sys.version_info >= (3, 11):
            self.assertSame("library.double(-1)\n")
            self.assertSame("try:\n    library.double(-1)\nexcept ValueError:\n    library.double()\n")

    def test_what_is_noted(self):
        text = "library.double(4, loud=True)\nlibrary.Thing().plain(1)\nlibrary.Thing.of_class(2)\nprint(noted)\n"
        after = self.tracked(WRAP.replace("BEFORE", "False") + text)
        expected = [(8, 1, {"loud": True}), (("plain", "Thing", 1), 2, {}), (("class", "Thing", 2), 2, {})]
        self.assertEqual(after.stdout.decode().strip(), repr(expected))
        before = self.tracked(WRAP.replace("BEFORE", "True") + text)
        self.assertEqual(before.stdout.decode().strip(), repr([(None, *line[1:]) for line in expected]))

    def test_what_cannot_be_wrapped_stays(self):
        text = """
import library
from _trainyard.wrapping import note_calls
print(note_calls(library, "nothing", print), note_calls(library.Other, "plain", print), note_calls(dict, "get", print))
print({1: 2}.get(1), library.Other().plain(3))
"""
        self.assertEqual(self.tracked(text).stdout.decode().splitlines(), ["False False False", "2 ('plain', 'Other', 3)"])

    def test_a_note_that_fails_is_a_warning_of_the_run(self):
        text = "\ndef note(*anything): raise KeyError('x')\n"
        wrap = WRAP.replace("BEFORE", "False").replace("\ndef note(result", text + "def unused(result")
        result = self.tracked(wrap + "print(library.double(1), library.double(2))\n")
        self.assertEqual((result.stdout.strip(), result.stderr), (b"2 4", b""))
        (warning,) = self.records("warning")
        self.assertEqual((warning["code"], warning["params"]["name"]), ("hook-failed", "double"))
