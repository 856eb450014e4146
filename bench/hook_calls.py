"""What the start-up hook adds to what scripts do: the same small jobs with and without it, in turn, in processes of their own.

python3 bench/hook_calls.py [--pairs 7] [--rounds 9] [--python PYTHON] [--only NAME] [--json]

Both processes of a pair live side by side and do each job in turn, a slice at a time, so that whatever else the machine
does meets both. A job's figure is the median over all slices of what the hooked process used of the processor's time,
divided by what the other used. Files that are opened for the first time are summed up instead, because the first ones
cost more.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOOK = os.path.join(ROOT, "python", "hook")

# name: (what is done once, what is measured, how often in one slice)
JOBS = {
    "open the same file": ("", "open(path).read()", 300),
    "open with an encoding": ("", "open(path, encoding='utf-8').read()", 300),
    "Path.read_text": ("from pathlib import Path\nfile = Path(path)", "file.read_text()", 200),
    "open by descriptor": ("", "open(os.open(path, 0)).close()", 300),
    "import again": ("", "import json, argparse", 5000),
    "import of the standard library": (
        "names = ['colorsys', 'cmd', 'sched', 'shelve', 'netrc', 'fileinput']",
        "for name in names:\n    sys.modules.pop(name, None)\n    __import__(name)",
        8,
    ),
    "deepcopy": ("import copy\nthing = [[i, {'a': i}] for i in range(100)]", "copy.deepcopy(thing)", 8),
    "json": ("import json\nthing = [{'a': i, 'b': [i] * 5} for i in range(100)]", "json.loads(json.dumps(thing))", 20),
    "pickle": ("import pickle\nthing = [{'a': i} for i in range(300)]", "pickle.loads(pickle.dumps(thing))", 60),
    "argparse": (
        "import argparse\nparser = argparse.ArgumentParser()\nfor i in range(10): parser.add_argument('--a%d' % i, type=int)",
        "parser.parse_args(['--a1', '5', '--a2', '6'])",
        30,
    ),
    "logging": (
        "import logging\nlogger = logging.getLogger('x')\nlogger.addHandler(logging.StreamHandler(open(os.devnull, 'w')))",
        "logger.warning('a message %d', 5)",
        200,
    ),
    "warnings": ("import warnings\nwarnings.simplefilter('ignore')", "warnings.warn('x', stacklevel=2)", 1000),
    "random": ("import random", "random.seed(1); random.random()", 500),
    "make classes": ("", "class A:\n    x = 1\n    def f(self): return 1\nA().f()", 150),
    "dataclasses": ("import dataclasses", "@dataclasses.dataclass\nclass A:\n    x: int = 1", 8),
    "raise and catch": ("", "try: 1 / 0\nexcept ZeroDivisionError: pass", 10000),
    "start a program": ("import subprocess", "subprocess.run(['true'])", 4),
    "threads": ("import threading", "t = threading.Thread(target=int); t.start(); t.join()", 60),
    "sqlite": (
        "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.execute('create table t (x)')",
        "db.execute('insert into t values (1)').lastrowid; db.rollback()",
        300,
    ),
    "re": ("import re", "re.sub('a+', 'b', 'caaandaab' * 10)", 200),
}

NEW_FILES = "5,000 new files"
JOBS[NEW_FILES] = (
    "folder = os.path.join(os.path.dirname(path), 'many')\nturn = iter(range(5000))",
    "open('%s/%d' % (folder, next(turn))).read()",
    5000,
)

# Each slice answers with its seconds of the processor's time.
WORKER = """
import os, sys, time
jobs = eval(sys.stdin.readline())
for before, code, count in jobs.values():
    names = {"os": os, "sys": sys, "path": sys.argv[1]}
    exec(before, names)
    body = "\\n        ".join(code.splitlines())
    text = "def work(clock):\\n    start = clock()\\n    for _ in range(%d):\\n        %s\\n    return clock() - start"
    exec(text % (count, body), names)
    while sys.stdin.readline() == "go\\n":
        sys.stdout.write("%r\\n" % names["work"](time.process_time))
        sys.stdout.flush()
    sys.stdout.write("done\\n")
    sys.stdout.flush()
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    jobs = {name: job for name, job in JOBS.items() if options.only in name}
    with tempfile.TemporaryDirectory(prefix="hook-") as folder:
        for side in SIDES:
            write_files(os.path.join(folder, side))
        rounds = [measure(options.python, jobs, options.rounds, folder, pair) for pair in range(options.pairs)]
    results = {}
    for name in jobs:
        plain = statistics.median(plain for result in rounds for plain, _ in result[name])
        ratio = statistics.median(hooked / plain for result in rounds for plain, hooked in result[name])
        results[name] = (plain / jobs[name][2], ratio)
    if options.json:
        print(json.dumps(results))
        return
    for name, (plain, ratio) in results.items():
        print("%-32s %10.2f µs %+7.1f %%" % (name, plain * 1e6, (ratio - 1) * 100))


# A folder for each: some libraries lock the files that they open.
SIDES = ("plain", "hooked")


def write_files(folder):
    os.makedirs(os.path.join(folder, "many"))
    for name in ["small.txt"] + [os.path.join("many", str(i)) for i in range(5000)]:
        with open(os.path.join(folder, name), "w") as file:
            file.write("hello\n")


def measure(python, jobs, rounds, folder, pair):
    """{job: [(seconds of a slice without the hook, with it)]} of one pair of processes."""
    run = os.path.join(folder, "run%d" % pair)
    os.makedirs(run)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TRAINYARD", "PYTHON"))}
    plain["PYTHONHASHSEED"] = "0"
    hooked = dict(plain, TRAINYARD_RUN="bench", TRAINYARD_RUN_DIR=run, PYTHONPATH=HOOK)
    workers = [
        start(python, variables, os.path.join(folder, side), jobs) for side, variables in zip(SIDES, (plain, hooked))
    ]
    results = {}
    for name in jobs:
        results[name] = []
        warm_up, slices = (0, 1) if name == NEW_FILES else (1, rounds)
        for turn in range(warm_up + slices):
            seconds = [0.0, 0.0]
            for index in (0, 1) if turn % 2 else (1, 0):
                seconds[index] = float(ask(workers[index], "go"))
            if turn >= warm_up:
                results[name].append(seconds)
        for worker in workers:
            ask(worker, "next")
    for worker in workers:
        worker.stdin.close()
        worker.wait()
        worker.stdout.close()
    return results


def start(python, variables, folder, jobs):
    worker = subprocess.Popen(
        [python, "-c", WORKER, os.path.join(folder, "small.txt")],
        env=variables,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        universal_newlines=True,
    )
    worker.stdin.write(repr(jobs) + "\n")
    worker.stdin.flush()
    return worker


def ask(worker, word):
    worker.stdin.write(word + "\n")
    worker.stdin.flush()
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError("a worker ended with exit code %s" % worker.wait())
    return line


if __name__ == "__main__":
    main()
