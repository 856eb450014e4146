"""Artifacts are copied into the run, and nowhere else."""

import hashlib
import os
import sys

from support import Case


class ArtifactTest(Case):
    def kept(self):
        found = []
        for record in self.records("artifact"):
            path = os.path.join(self.run_folder, *record["path"].split("/"))
            with open(path, "rb") as file:
                content = file.read()
            self.assertEqual(record["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(record["bytes"], len(content))
            found.append((record["name"], record["path"], content))
        return found

    def test_a_file_with_its_own_name_or_another(self):
        self.write("model.bin", "weights")
        code = "import pathlib, trainyard\ntrainyard.artifact('model.bin', kind='model')\ntrainyard.artifact(pathlib.Path('model.bin'), name='best/m.bin')\n"
        self.assertDone(self.tracked(code))
        expected = [
            ("model.bin", "artifacts/model.bin", b"weights"),
            ("best/m.bin", "artifacts/best/m.bin", b"weights"),
        ]
        self.assertEqual(self.kept(), expected)
        self.assertEqual([record["type"] for record in self.records("artifact")], ["model", "file"])

    def test_names_cannot_leave_the_folder(self):
        self.write("a", "x")
        names = [
            "../../x",
            "/etc/passwd",
            "..",
            "",
            ".",
            "a/../../b",
            "C:\\windows\\x",
            "\\\\host\\share\\y",
            "a\x00b",
            "nul.txt",
            "n" * 300 + ".bin",
            "\U0001f642" * 100,
            "<img onerror=alert(1)>",
            "trailing. ",
            "\ud800",
            ".draft-1",
            "a\nb",
            "..\\..\\z",
        ]
        self.assertDone(self.tracked("import trainyard\nfor n in %s: trainyard.artifact('a', name=n)\n" % ascii(names)))
        self.assertEqual([name for name, _, _ in self.kept()], names)
        top = os.path.join(self.run_folder, "artifacts")
        files = {os.path.join(folder, name) for folder, _, found in os.walk(top) for name in found}
        paths = {os.path.join(self.run_folder, *record["path"].split("/")) for record in self.records("artifact")}
        self.assertEqual(files, paths)
        for record in self.records("artifact"):
            for part in record["path"].split("/"):
                self.assertLessEqual(len(part.encode()), 255)
                self.assertNotIn(part, ("", ".", ".."))
        self.assertEqual(sorted(os.listdir(self.work)), ["a", "script.py"])
        self.assertEqual(
            [name for name in os.listdir(self.run_folder) if not name.startswith("journal-")], ["artifacts"]
        )

    def test_what_was_kept_earlier_stays(self):
        code = """
import trainyard
for text in ("one", "two", "two", "three"):
    with open("m.bin", "w") as file: file.write(text)
    trainyard.artifact("m.bin")
"""
        self.assertDone(self.tracked(code))
        self.assertEqual([content for _, _, content in self.kept()], [b"one", b"two", b"two", b"three"])
        paths = [path for _, path, _ in self.kept()]
        self.assertEqual(paths, ["artifacts/m.bin", "artifacts/m-2.bin", "artifacts/m-2.bin", "artifacts/m-3.bin"])

    def test_a_folder_is_kept_file_by_file(self):
        self.write("out/a.txt", "a")
        self.write("out/sub/b.txt", "b")
        if sys.platform != "win32":
            os.symlink("/etc", os.path.join(self.work, "out", "link"))
        self.assertDone(self.tracked("import trainyard\ntrainyard.artifact('out/')\n"))
        self.assertEqual([name for name, _, _ in self.kept()], ["out/a.txt", "out/sub/b.txt"])

    def test_a_file_where_a_folder_is_wanted(self):
        self.write("a", "x")
        self.assertDone(
            self.tracked(
                "import trainyard\ntrainyard.artifact('a', 'm')\ntrainyard.artifact('a', 'm/n')\nprint('on')\n"
            )
        )
        self.assertEqual(self.kept()[0][:2], ("m", "artifacts/m"))
        told = [record["code"] for record in self.records("warning")]
        self.assertEqual(told, ["artifact-failed"])

    def test_a_file_that_cannot_be_read_leaves_nothing_half(self):
        if sys.platform == "win32":
            return
        limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        with open(os.path.join(self.work, "big"), "wb") as file:
            file.write(b"x" * 100_000)
        result = self.tracked(limit + "import trainyard\ntrainyard.artifact('big')\nprint('on')\n")
        self.assertDone(result)
        self.assertIn(b"The artifact big could not be kept: File too large", result.stderr)
        self.assertEqual(os.listdir(os.path.join(self.run_folder, "artifacts")), [])
