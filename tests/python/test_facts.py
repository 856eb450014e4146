"""Seeds, shown warnings, and what the variables of a failed function held."""

import json
import unittest

from support import Case


class SeedTest(Case):
    def seeds(self):
        return {record["source"]: record["value"] for record in self.records("seed")}

    def test_the_first_seed_of_each_source_counts_and_no_random_number_changes(self):
        text = """
            import random
            random.seed(4)
            print(random.random())
            random.seed(4)
            print(random.random(), random.Random(3).random())
            """
        expected = self.untracked(text)
        result = self.tracked(text, env=self.environment(PYTHONHASHSEED="11"))
        self.assertDone(result)
        self.assertEqual(result.stdout, expected.stdout)
        self.assertEqual(self.seeds(), {"random": 4, "random.Random": 3, "PYTHONHASHSEED": 11})
        self.assertEqual(len(self.records("seed")), 3)

    def test_generators_of_the_scripts_own_are_seeded_and_those_of_libraries_are_not(self):
        text = """
            import random, secrets, tempfile
            tempfile.NamedTemporaryFile().close()
            class Mine(random.Random): pass
            print(random.Random().random() < 1, random.SystemRandom(7).random() < 1, random.Random(x="ab").random(), Mine(5).random())
            """
        expected = self.untracked(text)
        result = self.tracked(text)
        self.assertEqual((result.stdout, result.stderr), (expected.stdout, expected.stderr))
        self.assertEqual(self.seeds(), {"random.Random": "ab"})

    def test_texts_and_large_numbers_are_seeds_and_nothing_is_none(self):
        for given, expected in (
            ("'abc'", {"random": "abc"}),
            ("b'abc'", {"random": "abc"}),
            ("2**70", {"random": hex(2**70)}),
            ("a=0.5", {"random": 0.5}),
            ("-3", {"random": -3}),
            ("None", {}),
            ("", {}),
        ):
            with self.subTest(given):
                self.setUp()
                self.assertDone(self.tracked("import random\nrandom.seed(%s)\n" % given))
                self.assertEqual(self.seeds(), expected)

    def test_it_stays_a_function_that_pickles_and_complains_as_before(self):
        text = """
            import pickle, random
            assert pickle.loads(pickle.dumps(random.seed)) == random.seed
            try:
                random.seed(1, 2, 3, 4)
            except TypeError:
                print("as before")
            random.seed({})
            """
        expected = self.untracked("import random\nrandom.seed({})\n")
        result = self.tracked(text)
        self.assertEqual(result.stdout.strip(), b"as before")
        self.assertEqual(result.returncode, expected.returncode)

    def test_random_of_the_script_itself_is_left_alone(self):
        self.write("random.py", "def seed(value): print('mine', value)\n")
        text = "import random\nrandom.seed(3)\n"
        result = self.tracked(text)
        self.assertDone(result)
        # An interpreter may load the standard library's at its own start.
        expected = self.untracked(text).stdout
        self.assertEqual(result.stdout, expected)
        self.assertEqual(self.seeds(), {} if expected else {"random": 3})

    def test_neither_random_nor_warnings_is_imported_for_a_script_that_does_not(self):
        text = "import sys\nprint('random' in sys.modules, 'warnings' in sys.modules)\n"
        result = self.tracked(text, env=self.environment(PYTHONHASHSEED="1"))
        self.assertEqual(result.stdout, self.untracked(text).stdout)

    def test_a_worker_says_no_seed(self):
        result = self.tracked(
            "import subprocess, sys\n"
            "subprocess.run([sys.executable, '-c', 'import random, trainyard; random.seed(3); trainyard.log(x=1)'])\n"
        )
        self.assertDone(result)
        self.assertEqual([record for _, records in self.journals() for record in records if "seed" in str(record)], [])


class WarningTest(Case):
    def warnings(self):
        return [record["params"] for record in self.records("warning") if record["code"] == "python-warning"]

    def test_what_is_shown_is_taken_down_once(self):
        text = """
            import warnings
            warnings.simplefilter("always")
            def old():
                warnings.warn("old:\\n  it is", DeprecationWarning, stacklevel=2)
            for _ in range(3):
                old()
            warnings.warn("token ghp_0123456789abcdefghijABCDEFGHIJ012345")
            """
        expected = self.untracked(text)
        result = self.tracked(text)
        self.assertDone(result)
        self.assertEqual(result.stderr, expected.stderr)
        first, second = self.warnings()
        expected = {"category": "DeprecationWarning", "message": "old: it is", "file": first["file"], "line": 7}
        self.assertEqual(first, expected)
        self.assertTrue(first["file"].endswith("script.py"), first)
        self.assertEqual(second["message"], "token ***")

    def test_what_is_caught_filtered_or_shown_elsewhere_is_the_scripts_own(self):
        result = self.tracked(
            """
            import warnings
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                warnings.warn("caught")
            assert str(caught[0].message) == "caught"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.warn("ignored")
            kept = warnings.showwarning
            warnings.showwarning = lambda *given: print("mine")
            warnings.warn("elsewhere")
            warnings.showwarning = kept
            warnings.warn("shown")
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stdout.strip(), b"mine")
        self.assertEqual([warning["message"] for warning in self.warnings()], ["shown"])

    def test_there_are_only_so_many(self):
        result = self.tracked("import warnings\nfor i in range(200): warnings.warn('number %d' % i)\n")
        self.assertDone(result)
        self.assertEqual(len(self.warnings()), 50)

    def test_errors_of_warnings_are_as_before(self):
        result = self.tracked("import warnings\nwarnings.simplefilter('error')\nwarnings.warn('now')\n")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.warnings(), [])
        self.assertEqual(self.records("exception")[0]["type"], "UserWarning")


class VariablesTest(Case):
    def frames(self, text):
        result = self.tracked(text)
        self.assertEqual(result.returncode, 1, result.stderr)
        return self.records("exception")[0]["locals"]

    def test_the_innermost_functions_of_the_script_tell_what_they_held(self):
        self.write("part.py", "def divide(a, b):\n    text = 'x' * 500\n    return a / b\n")
        frames = self.frames(
            """
            import json, part
            rate = 0.5
            def train(batch, flag=True):
                names = {"a": 1}
                part.divide(len(batch), 0)
            def outer():
                train([1, 2])
            def outermost():
                outer()
            outermost()
            """
        )
        self.assertEqual([frame["function"] for frame in frames], ["divide", "train", "outer"])
        self.assertEqual([frame["line"] for frame in frames], [3, 6, 8])
        self.assertTrue(frames[0]["file"].endswith("part.py"))
        self.assertEqual(
            frames[0]["variables"],
            [
                {"name": "a", "type": "int", "value": 2},
                {"name": "b", "type": "int", "value": 0},
                {"name": "text", "type": "str", "length": 500},
            ],
        )
        self.assertEqual(
            frames[1]["variables"],
            [
                {"name": "batch", "type": "list", "length": 2},
                {"name": "flag", "type": "bool", "value": True},
                {"name": "names", "type": "dict", "length": 1},
            ],
        )

    def test_frames_of_libraries_are_left_out(self):
        frames = self.frames("import json\ndef read(text):\n    json.loads(text)\nread('no json')\n")
        self.assertEqual([frame["function"] for frame in frames], ["read", "<module>"])

    def test_no_object_is_asked_for_anything(self):
        result = self.tracked(
            """
            class Trap(dict):
                def __getattribute__(self, name): raise SystemExit(7)
                def __repr__(self): raise SystemExit(7)
                def __len__(self): raise SystemExit(7)
                def __iter__(self): raise SystemExit(7)
                def __bool__(self): raise SystemExit(7)
                def __eq__(self, other): raise SystemExit(7)
            class Text(str):
                def __str__(self): raise SystemExit(7)
                def __len__(self): raise SystemExit(7)
            class Meta(type):
                def __getattribute__(self, name): raise ValueError(name)
            class Odd(metaclass=Meta): pass
            def f(trap, text, odd):
                1 / 0
            f(Trap(), Text("abc"), Odd())
            """
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        variables = self.records("exception")[0]["locals"][0]["variables"]
        self.assertEqual([variable["name"] for variable in variables], ["trap", "text", "odd"])
        self.assertEqual(variables[0], {"name": "trap", "type": "Trap", "length": 0})

    def test_secrets_are_masked_by_name_and_by_form(self):
        frames = self.frames(
            "def f(api_key, password, header, tokens=3):\n    1 / 0\n"
            "f('abcdef', 12345, 'Bearer abcdefghijklmnopqrstuvwxyz012345')\n"
        )
        values = {variable["name"]: variable.get("value") for variable in frames[0]["variables"]}
        self.assertEqual(values, {"api_key": "***", "password": "***", "header": "Bearer ***", "tokens": 3})
        self.assertNotIn("abcdef", json.dumps(frames))

    def test_there_are_only_so_many(self):
        names = "\n".join("    v%d = %d" % (i, i) for i in range(100))
        frames = self.frames("def f():\n%s\n    1 / 0\nf()\n" % names)
        self.assertEqual(len(frames[0]["variables"]), 40)
        self.assertEqual(frames[0]["omitted"], 60)


if __name__ == "__main__":
    unittest.main()
