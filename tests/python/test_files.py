"""What a run reads and writes is told, once each, and `open` stays what it is."""

import os
import sys

from support import Case, read_records


class FilesTest(Case):
    def told(self, kind="file"):
        """(access, path relative to the working folder, by) of each record of the only process."""
        (journal,) = self.file_journals()
        return [
            (record["access"], os.path.relpath(record["path"], self.work), record["by"])
            for record in journal[1:]
            if record["kind"] == kind
        ]

    def file_journals(self):
        names = sorted(name for name in os.listdir(self.run_folder) if name.startswith("files-"))
        return [read_records(os.path.join(self.run_folder, name)) for name in names]

    def assertSame(self, text, *arguments, python=()):
        self.write("script.py", text)
        plain = self.start([*python, "script.py", *arguments], self.plain_environment())
        tracked = self.start([*python, "script.py", *arguments], self.environment())
        self.assertEqual((tracked.stdout, tracked.stderr), (plain.stdout, plain.stderr))
        self.assertEqual(tracked.returncode, plain.returncode)

    def test_modes(self):
        self.write("old.txt", "old")
        text = """
for name, mode in (("old.txt", "r"), ("w.txt", "w"), ("a.txt", "ab"), ("x.txt", "x"), ("old.txt", "r+"), ("w.txt", "w+"), ("w.txt", "a+")):
    open(name, mode).close()
open(mode="wb", file="named.bin").close()
open("old.txt", encoding="utf-8").close()
"""
        self.assertDone(self.tracked(text))
        told = ["read old.txt", "write w.txt", "write a.txt", "write x.txt", "write old.txt", "read w.txt", "write named.bin"]
        self.assertEqual(self.told(), [(*line.split(" "), "open") for line in told])

    def test_a_record(self):
        path = self.write("data.csv", "a,b\n1,2\n")
        self.assertDone(self.tracked("open('data.csv').read()\n"))
        ((opened, record),) = self.file_journals()
        self.assertEqual((opened["kind"], opened["v"], opened["role"]), ("open", 1, "main"))
        self.assertGreaterEqual(record.pop("t"), 0)
        self.assertEqual(
            record,
            {
                "kind": "file",
                "path": path,
                "access": "read",
                "by": "open",
                "bytes": 8,
                "modified": os.stat(path).st_mtime_ns // 1000,
                "what": None,
                "format": None,
            },
        )

    def test_the_standard_library_that_opens_files(self):
        text = """
import bz2, codecs, configparser, csv, fileinput, gzip, io, json, logging, lzma, pathlib, pickle, shutil, tarfile, wave, zipfile
for module in (gzip, bz2, lzma):
    with module.open(module.__name__, "wb") as file: file.write(b"1")
    with module.open(module.__name__) as file: file.read()
with zipfile.ZipFile("zip", "w") as file: file.writestr("a", "b")
with zipfile.ZipFile("zip") as file: file.read("a")
with tarfile.open("tar.gz", "w:gz") as file: file.add("zip")
with codecs.open("codecs", "w", "utf-8") as file: file.write("[text]")
pathlib.Path("pathlib").write_text("text"); pathlib.Path("pathlib").read_bytes()
with io.open("csv", "w", newline="") as file: csv.writer(file).writerow([1, 2])
shutil.copy("csv", "copied")
configparser.ConfigParser().read(["codecs", "missing.ini"])
logging.FileHandler("log").close()
"""
        self.assertDone(self.tracked(text))
        told = {}
        for access, path, _ in self.told():
            told[path] = told.get(path, "") + access[0]
        expected = {"gzip": "wr", "bz2": "wr", "lzma": "wr", "zip": "wr", "tar.gz": "w", "codecs": "wr", "pathlib": "wr"}
        expected.update({"csv": "wr", "copied": "w", "log": "w"})
        self.assertEqual(told, expected)

    def test_what_is_left_out(self):
        self.write("module.py", "value = 1\n")
        self.write("settings.py", "value = 2\n")
        text = """
import importlib, inspect, json, os, sys, tempfile, tokenize, module, traceback
open(json.__file__).close(); open(sys.executable, "rb").close(); open(os.devnull).close()
open("module.py").close(); open(__file__).close(); open("settings.py").close()
tokenize.open("module.py").close(); inspect.getsource(module)
with tempfile.NamedTemporaryFile("w") as file: file.write("gone")
with tempfile.TemporaryDirectory() as folder:
    open(os.path.join(folder, "x"), "w").close(); open(os.path.join(folder, "x")).close()
open(os.path.join(os.environ["TRAINYARD_RUN_DIR"], "own"), "w").close()
home = os.path.join(os.getcwd(), "home")
for name in (".config/x/y.json", ".ssh/id", ".cache/matplotlib/fonts.json", ".cache/hub/model.bin"):
    path = os.path.join(home, name)
    os.makedirs(os.path.dirname(path)); open(path, "w").close()
try: open("missing.txt")
except OSError: pass
open(os.dup(1), "w").close()
try: 1 / 0
except ZeroDivisionError: traceback.format_exc()
"""
        env = self.environment(HOME=os.path.join(self.work, "home"), USERPROFILE=os.path.join(self.work, "home"))
        self.assertDone(self.tracked(text, env=env))
        self.assertEqual(self.told(), [("read", "settings.py", "open"), ("write", "home/.cache/hub/model.bin", "open")])

    def test_a_script_that_reads_nothing_leaves_no_journal_of_files(self):
        self.assertDone(self.tracked("import json, argparse\n1\n"))
        self.assertEqual(self.file_journals(), [])

    def test_every_file_is_told_once(self):
        text = """
import os, pathlib
for i in range(3):
    open("x", "w").close(); open(os.path.abspath("x"), "w").close(); pathlib.Path("./x").open("w").close()
    open("sub/../x").close(); open(b"x").close()
"""
        os.makedirs(os.path.join(self.work, "sub"))
        self.assertDone(self.tracked(text))
        self.assertEqual(self.told(), [("write", "x", "open"), ("read", "x", "open")])

    def test_relative_paths_follow_the_working_folder(self):
        text = """
import os
for name in ("a", "b"):
    os.makedirs(name); os.chdir(name); open("x", "w").close(); os.chdir("..")
if hasattr(os, "fchdir"):
    os.makedirs("c"); fd = os.open("c", os.O_RDONLY); os.fchdir(fd); open("x", "w").close()
else:
    os.makedirs("c"); os.chdir("c"); open("x", "w").close()
"""
        self.assertDone(self.tracked(text))
        self.assertEqual([path for _, path, _ in self.told()], ["a/x", "b/x", "c/x"])

    def test_files_told_in_groups_lie_where_they_were_opened(self):
        text = """
import os
os.mkdir("a"); os.mkdir("b")
for i in range(101): open("a/first%d" % i, "w").close()
for folder in "ab":
    os.chdir(folder)
    for i in range(3): open("x%d" % i, "w").close()
    os.chdir("..")
"""
        self.assertDone(self.tracked(text))
        self.assertEqual([path for _, path, _ in self.told()][101:], ["%s/x%d" % (f, i) for f in "ab" for i in range(3)])

    def test_a_folder_that_is_told_as_one_costs_no_more_records(self):
        text = """
import os
os.mkdir("many")
for i in range(1200): open("many/%d" % i, "w").close()
for i in range(1200): open("many/%d" % i).close()
for i in range(1200): open("many/%d" % i, "rb", 0).close()
os.mkdir("other"); open("other/1", "w").close(); open("other/1").close()
os.chdir("other"); os.mkdir("many"); open("many/1", "w").close()
"""
        self.assertDone(self.tracked(text))
        self.assertEqual(self.told("folder"), [("write", "many", "open"), ("read", "many", "open")])
        last = [("write", "other/1", "open"), ("read", "other/1", "open"), ("write", "other/many/1", "open")]
        self.assertEqual(self.told()[-3:], last)

    def test_numbers_of_other_kinds_are_descriptors(self):
        text = """
import os
class Number:
    def __index__(self): return os.open("script.py", os.O_RDONLY)
with open(Number()) as file: print(len(file.read()) > 0)
class Path:
    def __fspath__(self): return "script.py"
print(open(Path()).name, open(b"script.py").name)
"""
        self.assertSame(text)

    def test_a_folder_of_many_files_becomes_one(self):
        text = """
import os
for folder, count in (("many", 1003), ("few", 130)):
    os.makedirs(folder)
    for i in range(count):
        open("%s/%d" % (folder, i), "w").close()
for i in range(5): open("many/%d" % i).close()
"""
        self.assertDone(self.tracked(text))
        told = self.told()
        self.assertEqual(len([path for access, path, _ in told if access == "write" and path.startswith("many")]), 1000)
        self.assertEqual(len([path for _, path, _ in told if path.startswith("few")]), 130)
        self.assertEqual(len([path for access, path, _ in told if access == "read"]), 5)
        self.assertEqual(self.told("folder"), [("write", "many", "open")])

    def test_many_folders_of_many_files_end_too(self):
        text = """
import os
import _trainyard.files as files
files.MOST_FILES, files.MOST_FOLDERS = 20, 3
for i in range(9):
    os.makedirs("top%d/in" % i)
    for j in range(4):
        open("top%d/in/%d" % (i, j), "w").close()
"""
        self.assertDone(self.tracked(text))
        self.assertEqual(len(self.told()), 20)
        self.assertEqual([path for _, path, _ in self.told("folder")], ["top5/in", "top6/in", "top7/in", "top8"])

    def test_what_others_say(self):
        text = """
import pathlib
import _trainyard.files as files
open("figure.png", "wb").close()
files.wrote("figure.png", "matplotlib.savefig", "figure", "png")
files.wrote("figure.png", "matplotlib.savefig", "figure", "png")
open("figure.png", "wb").close()
files.read(pathlib.Path("figure.png"), "PIL.Image.open")
open("figure.png", "rb").close()
files.read("s3://bucket/key", "pandas.read_csv"); files.read(5, "x"); files.read("missing", "x"); files.read(object(), "x")
import os; os.mkdir("parts")
files.read("parts", "pandas.read_parquet", "parquet")
"""
        self.assertDone(self.tracked(text))
        ((_, *records),) = self.file_journals()
        self.assertEqual(
            [(r["kind"], r["access"], os.path.basename(r["path"]), r["by"], r["what"], r["format"]) for r in records],
            [
                ("file", "write", "figure.png", "open", None, None),
                ("file", "write", "figure.png", "matplotlib.savefig", "figure", "png"),
                ("file", "read", "figure.png", "PIL.Image.open", None, None),
                ("folder", "read", "parts", "pandas.read_parquet", None, "parquet"),
            ],
        )

    def test_children_and_forks_write_their_own(self):
        self.write("child.py", "open('of_child', 'w').close()\n")
        text = """
import multiprocessing, os, subprocess, sys
def work(i):
    for j in range(120): open("worker%d_%d" % (i, j), "w").close()
if __name__ == "__main__":
    open("before", "w").close()
    subprocess.check_call([sys.executable, "child.py"])
    for method in multiprocessing.get_all_start_methods():
        process = multiprocessing.get_context(method).Process(target=work, args=(1,))
        process.start(); process.join(); assert process.exitcode == 0
        for name in os.listdir("."):
            if name.startswith("worker"): os.unlink(name)
    open("after", "w").close()
"""
        self.assertDone(self.tracked(text))
        journals = {}
        for opened, *records in self.file_journals():
            names = [os.path.basename(record["path"]) for record in records]
            journals.setdefault(names[0], []).append((opened["role"], len(names)))
        methods = __import__("multiprocessing").get_all_start_methods()
        self.assertEqual(
            journals, {"before": [("main", 2)], "of_child": [("child", 1)], "worker1_0": [("child", 120)] * len(methods)}
        )

    def test_open_looks_as_ever(self):
        self.assertSame(
            """
import builtins, copy, functools, inspect, io, os, pickle, types
from unittest import mock
for f in (open, os.chdir):
    print(f, repr(f), f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__self__, callable(f), hash(f) == hash(f))
    print(inspect.isbuiltin(f), inspect.isfunction(f), inspect.isroutine(f), inspect.signature(f))
    print(isinstance(f, types.BuiltinFunctionType), copy.copy(f) is f, copy.deepcopy(f) is f)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        print(pickle.dumps(f, protocol), pickle.loads(pickle.dumps(f, protocol)) is f)
    print(functools.wraps(f)(lambda: 1).__name__, functools.partial(f).func is f)
import _io
print(io.open is open, builtins.open is open, _io.open is open, os.chdir in os.supports_fd)
class Kept:
    opener = open
    def read(self): return self.opener("script.py").readline()
print(repr(Kept().read()))
with mock.patch("builtins.open", mock.mock_open(read_data="mocked")) as mocked:
    print(open("nothing").read(), mocked.call_args)
print(io.open is open, open("script.py").readable())
print(sorted(name for name in vars(builtins)))
"""
        )

    def test_errors_and_warnings_look_as_ever(self):
        calls = ["open('missing')", "open()", "open('x', 'q')", "open(5, 6, 7, 8, 9, 10, 11, 12, 13)", "open('', 'w')"]
        calls += ["open([])", "open('x', [])", "open(True)", "open('x\\0')", "open('script.py', 'w', opener=5)", "__import__('os').chdir('no')"]
        for call in calls if sys.version_info >= (3, 11) else []:
            self.assertSame("def reading():\n    %s\n\n\nreading()\n" % call)
        self.assertSame("".join("try:\n    %s\nexcept Exception as error:\n    print(repr(error))\n" % call for call in calls))
        warned = "def reading():\n    open('x', 'wb', 1).close()\n    open('x', mode='wb', buffering=1).close()\n\n\nreading()\n"
        self.assertSame("import warnings\n" + warned)
        self.assertSame("import warnings\nwarnings.simplefilter('error')\n" + warned if sys.version_info >= (3, 11) else warned)
        if sys.version_info >= (3, 10):
            self.assertSame("open('script.py').close()\n", python=["-X", "warn_default_encoding"])

    def test_files_opened_in_threads_and_signal_handlers(self):
        text = """
import os, signal, threading
os.mkdir("t")
def many(k):
    for i in range(190): open("t/%d_%d" % (k, i), "w").close()
nested = []
def handler(*_):
    if not nested:
        nested.append(1)
        open("s%d" % many.count, "w").close()
        many.count += 1
        nested.pop()
many.count = 0
if hasattr(signal, "setitimer"):
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
threads = [threading.Thread(target=many, args=(k,)) for k in range(4)]
[t.start() for t in threads]; many(4); [t.join() for t in threads]
if hasattr(signal, "setitimer"): signal.setitimer(signal.ITIMER_REAL, 0)
print(many.count)
"""
        result = self.tracked(text)
        self.assertDone(result)
        names = [path for _, path, _ in self.told()]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len([name for name in names if name.startswith("t")]), 950)
        self.assertEqual(len([name for name in names if name.startswith("s")]), min(int(result.stdout), 1000))

    def test_a_killed_process_has_told_its_first_files(self):
        text = "import os\nfor i in range(50): open('f%d' % i, 'w').close()\nos._exit(3)\n"
        self.assertDone(self.tracked(text), 3)
        self.assertEqual(len(self.told()), 50)

    def test_files_that_are_elsewhere_or_gone(self):
        text = """
import os, threading
def elsewhere(path, flags): return os.open(os.path.join("sub", path), flags)
os.mkdir("sub")
with open("there", "w", opener=elsewhere) as file: file.write("x")
with open("here", "w", opener=os.open) as file: file.write("x")
if hasattr(os, "mkfifo"):
    os.mkfifo("pipe")
    thread = threading.Thread(target=lambda: open("pipe").read()); thread.start()
    with open("pipe", "w") as file: file.write("x")
    thread.join()
def gone(path, flags):
    descriptor = os.open(path, flags)
    os.unlink(path)
    return descriptor
if os.name != "nt":
    open("gone", "w", opener=gone).close()
"""
        self.assertDone(self.tracked(text))
        self.assertEqual(self.told(), [("write", "here", "open")])
        self.assertEqual(self.records("warning"), [])

    def test_strange_names(self):
        text = """
import os
for name in ("ä ö.csv", 'quote".csv', "new\\nline", b"\\xff\\xfe", "x" * 200, ".hidden"):
    open(name, "w").close()
os.makedirs("deep/" * 20); open("deep/" * 20 + "file", "w").close()
"""
        if sys.platform != "linux":
            text = "open('ä ö.csv', 'w').close()\n"
        self.assertDone(self.tracked(text))
        self.assertEqual(self.told()[0][1], "ä ö.csv")
        self.assertEqual(len(self.told()), 7 if sys.platform == "linux" else 1)
