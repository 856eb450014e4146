"""The rules for secrets, against the table that also holds for src/contract/secrets.ts."""

import json
import os
import sys
import unittest

from support import PYTHON, ROOT

sys.path.append(PYTHON)

from _trainyard import masking  # noqa: E402

with open(os.path.join(ROOT, "tests", "fixtures", "secrets.json"), encoding="utf-8") as file:
    TABLE = json.loads(file.read().replace("|", ""))


class Masking(unittest.TestCase):
    def test_names(self):
        self.assertEqual([name for name in TABLE["secretNames"] if not masking.is_secret_name(name)], [])
        self.assertEqual([name for name in TABLE["plainNames"] if masking.is_secret_name(name)], [])

    def test_texts(self):
        for text, expected in TABLE["texts"]:
            self.assertEqual(masking.mask_secrets(text), expected)
            self.assertEqual(masking.mask_secrets(expected), expected)
        for text in TABLE["plainTexts"]:
            self.assertEqual(masking.mask_secrets(text), text)

    def test_arguments_and_values(self):
        for given, expected in TABLE["arguments"]:
            self.assertEqual(masking.mask_arguments(given)[0], expected)
        for name, value, expected in TABLE["values"]:
            self.assertEqual(masking.mask_value(name, value), expected)
        for values, text, expected in TABLE["known"]:
            self.assertEqual(masking.mask_secrets(text, values), expected)


if __name__ == "__main__":
    unittest.main()
