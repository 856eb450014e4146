"""What one logging call costs in a loop: log_calls.py TOOL FOLDER METRICS SECONDS CALLS

Answers one line of JSON: microseconds of the wall per call (the median of batches, while the tool takes them in), the same with
the tool's end included, microseconds of processor time per call in all threads of the process, the number of calls, and the
bytes on the disk afterwards.
"""

import json
import os
import random
import statistics
import sys
import time

from adapters import TOOLS, quiet

BATCHES = 20


def main():
    answer = quiet()
    name, folder, metrics, seconds, calls = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
    tool = TOOLS[name]()
    tool.begin(folder)
    names = ["metric%d" % number for number in range(metrics)]
    points = [{key: random.random() for key in names} for _ in range(max(1, calls // BATCHES))]
    for point in points[:20]:
        tool.log(point)
    costs, done = [], 0
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(BATCHES):
        log, taken = tool.log, 0
        before = time.perf_counter()
        for point in points:
            log(point)
            taken += 1
            if taken & 15 == 0 and time.perf_counter() - before > seconds / BATCHES:
                break
        costs.append((time.perf_counter() - before) / taken)
        done += taken
    tool.end()
    whole, cpu = time.perf_counter() - start, time.process_time() - cpu
    size = sum(os.path.getsize(os.path.join(top, file)) for top, _, files in os.walk(folder) for file in files)
    costs = {
        "call": statistics.median(costs) * 1e6,
        "whole": whole / done * 1e6,
        "cpu": cpu / done * 1e6,
        "calls": done + min(20, len(points)),
        "bytes": size,
    }
    answer.write(json.dumps(costs) + "\n")
    answer.flush()


if __name__ == "__main__":
    main()
