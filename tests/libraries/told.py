"""What a tracked script's files-….jsonl say."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python"))

from support import Case, read_records  # noqa: E402


class FilesCase(Case):
    def told(self):
        """(access, path below the working folder, by, what, format) of every file record of the only process."""
        (name,) = [name for name in os.listdir(self.run_folder) if name.startswith("files-")]
        return [
            (record["access"], self.short(record["path"]), record["by"], record["what"], record["format"])
            for record in read_records(os.path.join(self.run_folder, name))[1:]
            if record["kind"] == "file"
        ]

    def short(self, path):
        return os.path.relpath(path, self.work).replace(os.sep, "/")

    def assertTold(self, expected):
        """`expected` has a line for each record: access path by what format, `-` for none."""
        told = [" ".join([word or "-" for word in line]) for line in self.told()]
        self.assertEqual(told, [" ".join(line.split()) for line in expected.strip().splitlines()])

    # Whether its scripts import matplotlib, which lists the fonts of the machine at first, and says so where that takes long.
    draws = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = tempfile.mkdtemp(prefix="trainyard-test-")
        cls.addClassCleanup(shutil.rmtree, cls.settings, True)
        if cls.draws:
            command = [sys.executable, "-c", "import matplotlib.font_manager"]
            subprocess.run(command, env={**os.environ, "MPLCONFIGDIR": cls.settings}, check=True, capture_output=True)

    def plain_environment(self):
        # Figures, and no window.
        return {**super().plain_environment(), "MPLBACKEND": "Agg", "MPLCONFIGDIR": self.settings}

    def assertSame(self, text, name="script.py"):
        """The script writes the same, and ends in the same way, with the hook and without."""
        self.maxDiff = None
        self.write(name, text)
        plain = self.start([name], self.plain_environment())
        tracked = self.start([name], self.environment())
        self.assertEqual(steady(tracked.stdout), steady(plain.stdout))
        self.assertEqual(steady(tracked.stderr), steady(plain.stderr))
        self.assertEqual(tracked.returncode, plain.returncode)
        return tracked


def steady(output):
    """Without addresses, times of day and drawn names, which are others each time."""
    return re.sub(r"\[?0x[0-9a-f]+\]?|\[\d\d:\d\d:\d\d\]|\.tmp\w{6}", "…", output.decode("utf-8"))
