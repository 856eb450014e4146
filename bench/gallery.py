"""Runs a folder of scripts that know nothing of Trainyard, with and without the start-up hook, and compares what they do.

python3 bench/gallery.py FOLDER [--python PYTHON] [--jobs 2] [--timeout 120] [--limit N] [--leave-out REGEX] [--json FILE]
                         [--recorded] [--in-place]

Each script runs in an empty folder of its own, once without the hook and once with it. Exit code, standard output and
standard error must be the same. Where they differ, the script runs without the hook twice more: if it does not repeat
itself either, only what is no number is compared, and where that differs too, which words there are.
A script in whose text the REGEX is found is left out.
--recorded prints below each script what its run recorded: parameters, metrics, files, figures, models, warnings.
--in-place runs each script in a copy of its own folder, for scripts that read what lies beside them.
Exit code 1 where a script noticed the hook, or the hook left no whole journal.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
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
    parser.add_argument("--recorded", action="store_true")
    parser.add_argument("--in-place", action="store_true")
    options = parser.parse_args()

    scripts, left_out = find_scripts(options.folder, options.leave_out)
    scripts = scripts[: options.limit]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = [pool.submit(compare, options.python, script, options.timeout, options.in_place) for script in scripts]
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
            for line in result["recorded"] if options.recorded else []:
                print("      " + line, flush=True)
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


def compare(python, script, timeout, in_place):
    plain, plain_seconds = run(python, script, timeout, None, in_place)
    with tempfile.TemporaryDirectory() as run_folder:
        tracked, tracked_seconds = run(python, script, timeout, run_folder, in_place)
        journal = "" if tracked is None else journal_problem(run_folder, tracked[0])
        recorded = recorded_lines(run_folder)
    result = {
        "plain": plain_seconds,
        "tracked": tracked_seconds,
        "exit": "-" if plain is None else plain[0],
        "problem": "",
        "recorded": recorded,
    }
    if plain is None or tracked is None:
        noticed = (plain is None) != (tracked is None)
        return dict(result, verdict="slow", problem="not done in %d s%s" % (timeout, ", once" if noticed else ""))
    verdict, problem = "same", ""
    if plain != tracked:
        again = [run(python, script, timeout, None, in_place)[0] for _ in range(2)]
        untracked = [without_numbers(one) for one in [plain] + again if one is not None]
        verdict, problem = "NOTICED", first_difference(plain, tracked)
        if any(one != plain for one in again) and without_numbers(tracked) in untracked:
            verdict, problem = "varies", "its own numbers differ from run to run"
        elif any(one != untracked[0] for one in untracked) and words(tracked) <= set().union(*map(words, [plain] + again)):
            verdict, problem = "varies", "the order or the number of its own lines differs from run to run"
    if journal:
        verdict, problem = "NOTICED", journal
    return dict(result, verdict=verdict, problem=problem)


def run(python, script, timeout, run_folder, in_place):
    """(exit code, standard output, standard error), or None after the timeout; and the seconds it took."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRAINYARD", "PYTHON"))}
    environment.update(MPLBACKEND="Agg", PYTHONHASHSEED="0", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    if run_folder:
        environment.update(TRAINYARD_RUN="gallery", TRAINYARD_RUN_DIR=run_folder, PYTHONPATH=HOOK)
    with tempfile.TemporaryDirectory(prefix="gallery-") as folder:
        if in_place:
            shutil.copytree(os.path.dirname(script), folder, dirs_exist_ok=True)
            script = os.path.join(folder, os.path.basename(script))
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
    for name in journal_names(run_folder, "journal-"):
        try:
            records = read_records(os.path.join(run_folder, name))
        except ValueError as error:
            return "%s: %s" % (name, error)
        if records and records[0]["role"] == "main":
            mains.append([record["kind"] for record in records if isinstance(record, dict)])
        for record in records:
            if isinstance(record, dict) and record.get("code") == "hook-failed":
                return "the hook failed: %s" % record["params"]
    if len(mains) != 1 or mains[0][-1] != "end":
        return "no whole journal of the main process: %s" % mains
    return "an exception without a record" if exit_code == 1 and "exception" not in mains[0] else ""


def journal_names(run_folder, kind):
    return sorted(name for name in os.listdir(run_folder) if name.startswith(kind))


def read_records(path):
    with open(path, "rb") as file:
        return [json.loads(piece) for piece in file.read().split(b"\x1e")[1:]]


def recorded_lines(run_folder):
    """What a person would want to see of each record, a line each; of a metric its name and number of points."""
    lines = []
    for kind in ("journal-", "files-"):
        for name in journal_names(run_folder, kind):
            names, points = {}, {}
            for record in read_records(os.path.join(run_folder, name)):
                if isinstance(record, list):
                    for identifier in record[2::2]:
                        points[names[identifier]] = points.get(names[identifier], 0) + 1
                elif record["kind"] == "name":
                    names[record["id"]] = record["name"]
                elif record["kind"] not in ("open", "environment", "end"):
                    hidden = ("t", "bytes", "modified", "sha256", "traceback", "locals")
                    shown = {key: value for key, value in record.items() if key not in hidden and value is not None}
                    lines.append(json.dumps(shown, ensure_ascii=False)[:300])
            lines += ["metric %s: %d" % item for item in points.items()]
    return lines


def without_numbers(outcome):
    return tuple(
        VARYING.sub("#", text.decode("utf-8", "replace")) if isinstance(text, bytes) else text for text in outcome
    )


def words(outcome):
    """The exit code and every word; of a run that was too slow none."""
    parts = without_numbers(outcome) if outcome is not None else ()
    return {word for part in parts for word in (part.split() if isinstance(part, str) else [part])}


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
