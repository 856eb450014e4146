"""What the form offers is what click, typer, fire and Hydra themselves say of a script."""

import glob
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from forms import ROOT, differences, read_forms  # noqa: E402
from needs import needs  # noqa: E402

SCRIPTS = sorted(glob.glob(os.path.join(ROOT, "tests", "fixtures", "scripts", "libraries", "*.py")))


@needs("click", "typer", "fire", "hydra")
class FormsTest(unittest.TestCase):
    def test_forms(self):
        command = [sys.executable, os.path.join(HERE, "introspect.py")] + SCRIPTS
        said = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        forms = read_forms(SCRIPTS)
        self.assertGreater(len(SCRIPTS), 7)
        for script in SCRIPTS:
            with self.subTest(os.path.basename(script)):
                library, rows = said[script]
                self.assertEqual(library, os.path.basename(script).split("_")[0], rows)
                self.assertGreater(len(rows), 2)
                self.assertEqual(differences(library, rows, forms[script]), [])
                self.assertEqual(forms[script]["unread"], [])


if __name__ == "__main__":
    unittest.main()
