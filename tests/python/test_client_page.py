"""Every snippet of docs/client.md runs, and says what the page says."""

import glob
import importlib.util
import json
import os
import re
import unittest

from support import PYTHON, ROOT, Case, metrics, read_records

LIBRARIES = ("numpy", "matplotlib")


def snippets():
    with open(os.path.join(ROOT, "docs", "client.md"), encoding="utf-8") as file:
        found, title = [], ""
        for part in re.split(r"^(## .*|```python\n[\s\S]*?^```)$", file.read(), flags=re.MULTILINE):
            if part.startswith("## "):
                title = part[3:]
            elif part.startswith("```python\n"):
                found.append((title, part[len("```python\n") : -3]))
        return found


def needed(code):
    return [name for name in LIBRARIES if re.search(r"^import %s" % name, code, re.MULTILINE)]


class ClientPageTest(Case):
    def run_alone(self, code):
        """As a script that belongs to no run; answers its runs by name."""
        self.write("page.py", code)
        result = self.start(["page.py"], dict(self.plain_environment(), PYTHONPATH=PYTHON))
        self.assertDone(result)
        self.assertEqual(result.stderr, b"")
        runs = {}
        for path in glob.glob(os.path.join(self.work, ".trainyard", "runs", "0*")):
            with open(os.path.join(path, "run.json"), encoding="utf-8") as file:
                asked = json.load(file)
            journals = sorted(glob.glob(os.path.join(path, "journal-*")))
            runs[asked["name"]] = (asked, [record for each in journals for record in read_records(each)])
        return runs

    def test_every_snippet_runs_without_a_word(self):
        found = snippets()
        self.assertGreater(len(found), 8)
        for title, code in found:
            if any(importlib.util.find_spec(name) is None for name in needed(code)):
                continue  # The suite of real libraries runs those.
            with self.subTest(title):
                self.setUp()
                runs = self.run_alone(code)
                self.assertGreater(len(runs), 0)
                warnings = [each for _, records in runs.values() for each in records if "warning" in each]
                self.assertEqual(warnings, [])

    def named(self, title):
        return [code for each, code in snippets() if each == title][0]

    def test_folds_are_runs_below_the_scripts_own(self):
        runs = self.run_alone(self.named("Runs inside runs"))
        folds = [runs["fold 0"], runs["fold 1"]]
        self.assertEqual([asked["group"] for asked, _ in folds], ["folds", "folds"])
        self.assertEqual([metrics(records) for _, records in folds], [[(0, {"score": 0.5})], [(0, {"score": 1.5})]])

    def test_the_resumed_run_goes_on(self):
        runs = self.run_alone(self.named("Going on with a run"))
        self.assertEqual(list(runs), ["long training"])
        points = [record for record in runs["long training"][1] if isinstance(record, list)]
        self.assertEqual([(record[1], record[3]) for record in points], [(0, 0.5), (1, 0.25)])

    def test_tracked_functions_have_their_arguments(self):
        runs = self.run_alone(self.named("Tracked functions"))
        records = runs["train"][1]
        self.assertEqual([record["values"] for record in records if "values" in record], [{"lr": 0.1, "epochs": 2}])
        self.assertEqual(len(metrics(runs["batches"][1])), 3)


if __name__ == "__main__":
    unittest.main()
