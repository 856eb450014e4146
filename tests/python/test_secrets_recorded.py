"""Secrets of a tracked script stay out of its journal and of the runs that it opens by itself."""

import json
import os
import unittest

from support import Case

KEY = "k3y-of-the-test"
TOKEN = "t0ken-of-the-test"


class SecretsRecorded(Case):
    def recorded(self):
        found = ""
        for place, _, names in os.walk(self.folder):
            for name in names:
                if "runs" in place and name != "stdout.log":
                    with open(os.path.join(place, name), encoding="utf-8", errors="replace") as file:
                        found += file.read()
        return found

    def test_parameters_and_the_exception(self):
        result = self.tracked(
            """
            import argparse, os
            parser = argparse.ArgumentParser()
            parser.add_argument("--api-key")
            parser.add_argument("--max-tokens", type=int)
            args = parser.parse_args()
            raise ValueError("bad " + args.api_key + " " + os.environ["HF_TOKEN"])
            """,
            "--api-key",
            KEY,
            "--max-tokens",
            "512",
            env=self.environment(HF_TOKEN=TOKEN),
        )
        self.assertIn(KEY.encode(), result.stderr)
        text = self.recorded()
        self.assertIn('"max_tokens":512', text.replace(" ", ""))
        self.assertIn("bad *** ***", text)
        self.assertNotIn(KEY, text)
        self.assertNotIn(TOKEN, text)

    def test_a_run_that_the_script_opens(self):
        self.write("script.py", "import trainyard\ntrainyard.params(password=%r, lr=0.1)\n" % KEY)
        environment = self.plain_environment()
        environment["PYTHONPATH"] = os.path.dirname(self.environment()["PYTHONPATH"])
        os.makedirs(os.path.join(self.work, ".trainyard"))
        result = self.start(["script.py", "--token=" + TOKEN, "--lr=1"], environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn(KEY, self.recorded())
        self.assertNotIn(TOKEN, self.recorded())
        runs = os.path.join(self.work, ".trainyard", "runs")
        with open(os.path.join(runs, os.listdir(runs)[0], "run.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["args"], ["--token=***", "--lr=1"])


if __name__ == "__main__":
    unittest.main()
