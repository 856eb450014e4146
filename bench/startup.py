"""What the start-up hook costs a script: `python -c pass` with and without it, the median of many, in milliseconds.

python3 bench/startup.py [--rounds 100] [--code 'import argparse'] [--json] [PYTHON…]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HOOK = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python", "hook")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--code", default="pass")
    parser.add_argument("--json", action="store_true", help="one line of JSON for the first python, for npm run bench")
    parser.add_argument("python", nargs="*", default=[sys.executable])
    options = parser.parse_args()
    if options.json:
        plain, hooked = measure(options.python[0], options.code, options.rounds)
        print(json.dumps({"plain": plain, "hooked": hooked}))
        return
    print("%-45s %10s %10s %10s" % ("python", "without", "with", "hook"))
    for python in options.python:
        plain, hooked = measure(python, options.code, options.rounds)
        print("%-45s %10.2f %10.2f %10.2f" % (python, plain, hooked, hooked - plain))


def measure(python: str, code: str, rounds: int) -> "tuple[float, float]":
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRAINYARD", "PYTHONPATH"))
    }
    with tempfile.TemporaryDirectory() as run:
        tracked = dict(environment, TRAINYARD_RUN="bench", TRAINYARD_RUN_DIR=run, PYTHONPATH=HOOK)
        times = {"plain": [], "tracked": []}  # type: dict[str, list[float]]
        for _ in range(rounds + 3):
            for name, variables in (("plain", environment), ("tracked", tracked)):
                start = time.perf_counter()
                subprocess.run([python, "-c", code], env=variables, check=True)
                times[name].append((time.perf_counter() - start) * 1000)
    return statistics.median(times["plain"][3:]), statistics.median(times["tracked"][3:])


if __name__ == "__main__":
    main()
