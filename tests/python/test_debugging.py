"""A script whose debugger cannot be reached."""

import os
import unittest

from support import Case


class DebuggerThatCannotBeReached(Case):
    SCRIPT = """
        import os
        import sys
        print("TRAINYARD_DEBUGGER" in os.environ, "TRAINYARD_DEBUGPY" in os.environ, "PYDEVD_DISABLE_FILE_VALIDATION" in os.environ)
        print([entry for entry in sys.path if "no-such-folder" in entry], "debugpy" in sys.modules)
    """

    def test_script_runs_without_it_and_says_so_once(self):
        library = os.path.join(self.folder, "no-such-folder")
        variables = self.environment(TRAINYARD_DEBUGGER="127.0.0.1:9", TRAINYARD_DEBUGPY=library)
        result = self.tracked(self.SCRIPT, env=variables)
        self.assertEqual(result.stdout.decode().split("\n"), ["False False False", "[] False", ""])
        self.assertEqual(result.returncode, 0)
        said = result.stderr.decode().strip().split("\n")
        self.assertEqual(len(said), 1, said)
        self.assertIn("The debugger could not be started in the script: ModuleNotFoundError", said[0])

    def test_module_of_the_right_name_that_is_none_harms_nothing(self):
        library = os.path.join(self.folder, "no-such-folder")
        os.makedirs(library)
        with open(os.path.join(library, "debugpy.py"), "w") as file:
            file.write("def configure(**options):\n    pass\n\ndef connect(address):\n    raise ConnectionRefusedError(111, 'Connection refused')\n")
        variables = self.environment(TRAINYARD_DEBUGGER="127.0.0.1:9", TRAINYARD_DEBUGPY=library)
        result = self.tracked("print('trained')", env=variables)
        self.assertEqual(result.stdout.decode(), "trained\n")
        self.assertIn("Connection refused", result.stderr.decode())


if __name__ == "__main__":
    unittest.main()
