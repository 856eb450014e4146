"""What one `trainyard.log(loss=x)` costs, in microseconds, beside a function that does nothing with the same arguments.

python3 bench/log_call.py [--calls 200000] [--rounds 5]
"""

import argparse
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python"))


def nothing(metrics=None, step=None, **more):  # type: ignore[no-untyped-def]
    return None


def measure(call, values):  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    for value in values:
        call(loss=value)
    return (time.perf_counter() - start) / len(values) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as run:
        os.environ["TRAINYARD_RUN"] = "bench"
        os.environ["TRAINYARD_RUN_DIR"] = run
        import trainyard

        exact = [random.random() for _ in range(options.calls)]
        short = [round(value, 3) for value in exact]
        kinds = {
            "no-op": lambda: measure(nothing, exact),
            "log(loss=<3 digits>)": lambda: measure(trainyard.log, short),
            "log(loss=<17 digits>)": lambda: measure(trainyard.log, exact),
        }
        for name, run_once in kinds.items():
            rounds = sorted(run_once() for _ in range(options.rounds))
            print("%-24s best %6.2f µs   median %6.2f µs" % (name, rounds[0], rounds[len(rounds) // 2]))


if __name__ == "__main__":
    main()
