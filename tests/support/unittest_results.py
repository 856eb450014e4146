"""Runs a folder of tests with unittest (`python`, `libraries`) and writes each result as a line of JSON to the file named by TRAINYARD_TEST_RESULTS."""

import json
import os
import sys
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def write(line):
    with open(os.environ["TRAINYARD_TEST_RESULTS"], "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


class Result(unittest.TextTestResult):
    def startTest(self, test):
        self.started_at = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        milliseconds = round((time.monotonic() - self.started_at) * 1000)
        write({"event": "pass", "title": str(test), "milliseconds": milliseconds})

    def addFailure(self, test, err):
        super().addFailure(test, err)
        write({"event": "fail", "title": str(test), "error": self.failures[-1][1]})

    def addError(self, test, err):
        super().addError(test, err)
        write({"event": "fail", "title": str(test), "error": self.errors[-1][1]})

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            problems = self.failures if issubclass(err[0], test.failureException) else self.errors
            write({"event": "fail", "title": str(subtest), "error": problems[-1][1]})

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        write({"event": "skip", "title": str(test), "reason": reason})

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        write({"event": "fail", "title": str(test), "error": "Expected failures are not used here; fix or remove the test."})

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        write({"event": "fail", "title": str(test), "error": "Unexpected success."})


def main():
    start = os.path.join(ROOT, "tests", sys.argv[1])
    sys.path[:0] = [os.path.join(ROOT, "python"), os.path.join(ROOT, "tests", "python")]
    suite = unittest.defaultTestLoader.discover(start, top_level_dir=start)
    runner = unittest.TextTestRunner(resultclass=Result, verbosity=2)
    outcome = runner.run(suite)
    write({"event": "end"})
    return 0 if outcome.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
