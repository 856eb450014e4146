"""What TensorBoard needs to show curves: tensorboard_curves.py FOLDER RUNS POINTS

Writes RUNS folders of POINTS scalars as its own writer does, then reads them as its server does: all into memory at first, which keeps a
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
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.context import RequestContext
    from tensorboard.summary.writer.record_writer import RecordWriter

    begun = time.time()
    for run in range(runs):
        os.mkdir(os.path.join(folder, "run%d" % run))
        with open(os.path.join(folder, "run%d" % run, "events.out.tfevents.1.host"), "wb") as file:
            records = RecordWriter(file)
            records.write(Event(wall_time=begun, file_version="brain.Event:2").SerializeToString())
            for step in range(points):
                value = Summary.Value(tag="loss", simple_value=random.random())
                event = Event(wall_time=begun + step / 1000, step=step, summary=Summary(value=[value]))
                records.write(event.SerializeToString())
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
