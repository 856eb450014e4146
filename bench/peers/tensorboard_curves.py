"""What TensorBoard needs to show curves: tensorboard_curves.py FOLDER RUNS POINTS

Writes RUNS folders of POINTS scalars with its own writer, then reads them as its server does: all into memory at first, which keeps a
thinned sample of a thousand points, and from there for every look. Answers one line of JSON, in milliseconds.
"""

import json
import os
import random
import statistics
import sys
import time

from adapters import quiet

SAMPLE = 1000


def main():
    answer = quiet()
    folder, runs, points = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.context import RequestContext
    from tensorboard.summary import Writer

    for run in range(runs):
        writer = Writer(os.path.join(folder, "run%d" % run))
        for step in range(points):
            writer.add_scalar("loss", random.random(), step)
        writer.close()
    start = time.perf_counter()
    events = EventMultiplexer(tensor_size_guidance={"scalars": SAMPLE})
    events.AddRunsFromDirectory(folder)
    events.Reload()
    loading = time.perf_counter() - start
    provider, times = MultiplexerDataProvider(events, folder), []
    for _ in range(15):
        start = time.perf_counter()
        found = provider.read_scalars(
            RequestContext(), experiment_id="", plugin_name="scalars", downsample=SAMPLE, run_tag_filter=None
        )
        times.append(time.perf_counter() - start)
    if len(found) != runs:
        raise SystemExit("TensorBoard found %d of %d runs." % (len(found), runs))
    answer.write(json.dumps({"loading": loading * 1e3, "look": statistics.median(times) * 1e3}) + "\n")
    answer.flush()


if __name__ == "__main__":
    main()
