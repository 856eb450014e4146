"""The libraries are those of the lists, and a missing one is told with its reason."""

import json
import os
import tempfile
import unittest
from unittest import mock

import needs
from support import ROOT


class NeedsTest(unittest.TestCase):
    def test_every_requirement_is_installed_or_said_to_be_missing(self):
        from importlib.metadata import PackageNotFoundError, version

        with open(os.environ["TRAINYARD_TEST_MISSING"], encoding="utf-8") as file:
            missing = json.load(file)
        for name in ("requirements.txt", "requirements-torch.txt"):
            with open(os.path.join(ROOT, "tests", "libraries", name), encoding="utf-8") as file:
                pins = dict(line.strip().split("==") for line in file)
            for package, pinned in pins.items():
                try:
                    self.assertEqual(version(package).split("+")[0], pinned, package)
                except PackageNotFoundError:
                    self.assertIn(package, missing)

    def test_a_missing_library_is_a_skipped_test_with_a_reason(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "missing.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"no_such_library": "ERROR: no wheel"}, file)
            with mock.patch.dict(os.environ, TRAINYARD_TEST_MISSING=path):

                class Sample(unittest.TestCase):
                    @needs.needs("json", "no_such_library")
                    def test_one(self):
                        self.fail("not to be run")

                    @needs.needs("json")
                    def test_two(self):
                        pass

                result = unittest.TestResult()
                unittest.defaultTestLoader.loadTestsFromTestCase(Sample).run(result)
                self.assertRaises(LookupError, needs.needs, "another_library")
        self.assertEqual(
            [reason for _, reason in result.skipped], ["no_such_library cannot be installed: ERROR: no wheel"]
        )
        self.assertEqual((result.testsRun, result.failures, result.errors), (2, [], []))
