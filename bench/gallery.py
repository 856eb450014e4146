"""Runs a folder of scripts that know nothing of Trainyard, with and without the start-up hook, and compares what they do.

python3 bench/gallery.py FOLDER [--python PYTHON] [--jobs 2] [--timeout 120] [--limit N] [--leave-out REGEX] [--json FILE]

Each script runs in an empty folder of its own, once without the hook and once with it. Exit code, standard output and
standard error must be the same. Where they differ, the script runs without the hook once more: if it does not repeat
itself either, only what is no number is compared. A script in whose text the REGEX is found is left out.
Exit code 1 where a script noticed the hook, or the hook left no whole journal.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HOOK = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python", "hook")
NETWORK = r"fetch_(20news|lfw|olivetti|covtype|rcv1|kddcup|california|openml|species|file)|urllib|urlopen|requests\.get"
VARYING = re.compile(r"0x[0-9a-fA-F]+|(?<![A-Za-z_])[-+]?\d+(\.\d+)?([eE][-+]?\d+)?|/tmp/[^\s'\"]+|[ \t]+")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--leave-out", default=NETWORK, metavar="REGEX")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()

    scripts, left_out = find_scripts(options.folder, options.leave_out)
    scripts = scripts[: options.limit]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = [pool.submit(compare, options.python, script, options.timeout) for script in scripts]
        results = []
        for script, future in zip(scripts, waiting):
            result = dict(future.result(), script=os.path.relpath(script, options.folder))
            results.append(result)
            print(
                "%-62s %-8s exit %-4s %7.2f s %7.2f s  %s"
                % (
                    result["script"][:62],
                    result["verdict"],
                    result["exit"],
                    result["plain"],
                    result["tracked"],
                    result["problem"],
                ),
                flush=True,
            )
    sum_up(results, left_out)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    return 1 if any(result["verdict"] == "NOTICED" for result in results) else 0


def find_scripts(folder, leave_out):
    scripts, left_out = [], 0
    for top, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(top, name)
            if not name.endswith(".py") or name == "__init__.py":
                continue
            with open(path, encoding="utf-8", errors="replace") as file:
                if re.search(leave_out, file.read()):
                    left_out += 1
                else:
                    scripts.append(os.path.abspath(path))
    return scripts, left_out


def compare(python, script, timeout):
    plain, plain_seconds = run(python, script, timeout, None)
    with tempfile.TemporaryDirectory() as run_folder:
        tracked, tracked_seconds = run(python, script, timeout, run_folder)
        journal = "" if tracked is None else journal_problem(run_folder, tracked[0])
    result = {
        "plain": plain_seconds,
        "tracked": tracked_seconds,
        "exit": "-" if plain is None else plain[0],
        "problem": "",
    }
    if plain is None or tracked is None:
        noticed = (plain is None) != (tracked is None)
        return dict(result, verdict="slow", problem="not done in %d s%s" % (timeout, ", once" if noticed else ""))
    verdict, problem = "same", ""
    if plain != tracked:
        again, _ = run(python, script, timeout, None)
        verdict = "varies" if again != plain and without_numbers(tracked) == without_numbers(plain) else "NOTICED"
        problem = first_difference(plain, tracked) if verdict == "NOTICED" else "its own numbers differ from run to run"
    if journal:
        verdict, problem = "NOTICED", journal
    return dict(result, verdict=verdict, problem=problem)


def run(python, script, timeout, run_folder):
    """(exit code, standard output, standard error), or None after the timeout; and the seconds it took."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRAINYARD", "PYTHON"))}
    environment.update(MPLBACKEND="Agg", PYTHONHASHSEED="0", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    if run_folder:
        environment.update(TRAINYARD_RUN="gallery", TRAINYARD_RUN_DIR=run_folder, PYTHONPATH=HOOK)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [python, script],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            return None, time.perf_counter() - start
        seconds = time.perf_counter() - start
        texts = [output.replace(folder.encode(), b"<folder>") for output in (done.stdout, done.stderr)]
        return (done.returncode, *texts), seconds


def journal_problem(run_folder, exit_code):
    mains = []
    for name in os.listdir(run_folder):
        with open(os.path.join(run_folder, name), "rb") as file:
            pieces = file.read().split(b"\x1e")
        try:
            records = [json.loads(piece) for piece in pieces[1:]]
        except ValueError as error:
            return "%s: %s" % (name, error)
        if records and records[0]["role"] == "main":
            mains.append([record["kind"] for record in records if isinstance(record, dict)])
            warnings = [
                record["code"] for record in records if isinstance(record, dict) and record["kind"] == "warning"
            ]
            if "hook-failed" in warnings:
                return "the hook failed"
    if len(mains) != 1 or mains[0][-1] != "end":
        return "no whole journal of the main process: %s" % mains
    return "an exception without a record" if exit_code == 1 and "exception" not in mains[0] else ""


def without_numbers(outcome):
    return tuple(
        VARYING.sub("#", text.decode("utf-8", "replace")) if isinstance(text, bytes) else text for text in outcome
    )


def first_difference(plain, tracked):
    for name, a, b in zip(("exit code", "stdout", "stderr"), plain, tracked):
        if a != b:
            if isinstance(a, int):
                return "%s %s, with the hook %s" % (name, a, b)
            lines = zip(a.splitlines() + [b"<end>"], b.splitlines() + [b"<end>"])
            return "%s: %s" % (name, next(("%r, with the hook %r" % pair for pair in lines if pair[0] != pair[1]), ""))
    return ""


def sum_up(results, left_out):
    counts = {
        verdict: sum(result["verdict"] == verdict for result in results)
        for verdict in ("same", "varies", "slow", "NOTICED")
    }
    timed = [result for result in results if result["verdict"] in ("same", "varies")]
    extra = sorted(result["tracked"] - result["plain"] for result in timed)
    print(
        "\n%d scripts: %s; %d left out"
        % (len(results), ", ".join("%d %s" % (n, v) for v, n in counts.items()), left_out)
    )
    print("exit codes: %s" % sorted({str(result["exit"]) for result in results}))
    if extra:
        plain = sum(result["plain"] for result in timed)
        tracked = sum(result["tracked"] for result in timed)
        print(
            "time: %.1f s without, %.1f s with the hook; median difference %.0f ms"
            % (plain, tracked, extra[len(extra) // 2] * 1000)
        )


if __name__ == "__main__":
    sys.exit(main())
