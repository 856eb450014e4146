"""Each tool behind the same three functions, as its own documentation tells to use it: begin, log, end; and `read`, which counts what
is there afterwards.

A tool is begun in an empty folder of its own, with no server, no account and no network.
"""

import csv
import glob
import json
import os
import sys


class Trainyard:
    def begin(self, folder):
        os.environ["TRAINYARD_RUN"] = "bench"
        os.environ["TRAINYARD_RUN_DIR"] = folder
        sys.path.insert(0, os.environ["BENCH_TRAINYARD"])
        import trainyard

        self.log = trainyard.log

    def end(self):
        pass

    def read(self, folder, name):
        count = 0
        for path in glob.glob(os.path.join(folder, "journal-*.jsonl")):
            with open(path, "rb") as file:
                records = file.read().split(b"\x1e")
            count += sum(record.startswith(b"[") and record.endswith(b"]\n") for record in records)
        return count


class Mlflow:
    def begin(self, folder):
        import mlflow

        self.mlflow = mlflow
        mlflow.set_tracking_uri("sqlite:///" + os.path.join(folder, "mlflow.db"))
        mlflow.create_experiment("bench", artifact_location=os.path.join(folder, "artifacts"))
        mlflow.set_experiment("bench")
        mlflow.start_run()
        self.step = 0

    def log(self, metrics):
        self.mlflow.log_metrics(metrics, step=self.step)
        self.step += 1

    def end(self):
        self.mlflow.end_run()

    def read(self, folder, name):
        import sqlite3

        database = sqlite3.connect(os.path.join(folder, "mlflow.db"))
        return database.execute("SELECT count(*) FROM metrics WHERE key = ?", (name,)).fetchone()[0]


class Wandb:
    def begin(self, folder):
        os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DIR=folder, WANDB_DISABLE_GIT="true")
        import wandb

        settings = wandb.Settings(x_disable_stats=True, console="off", disable_code=True)
        self.run = wandb.init(project="bench", dir=folder, settings=settings)
        self.log = self.run.log

    def end(self):
        self.run.finish()

    def read(self, folder, name):
        from wandb.proto import wandb_internal_pb2

        count = 0
        for path in glob.glob(os.path.join(folder, "wandb", "offline-run-*", "*.wandb")):
            for data in leveldb_records(path, 7):
                record = wandb_internal_pb2.Record()
                record.ParseFromString(data)
                if record.WhichOneof("record_type") == "history":
                    count += name in [item.key or item.nested_key[0] for item in record.history.item]
        return count


def leveldb_records(path, start):
    """The whole records of a file in LevelDB's log format, whose first block begins with `start` bytes of something else."""
    with open(path, "rb") as file:
        data = file.read()
    block, place, pieces = 32768, start, b""
    while place + 7 <= len(data):
        if block - place % block < 7:
            place += block - place % block
            continue
        length, kind = int.from_bytes(data[place + 4 : place + 6], "little"), data[place + 6]
        if place + 7 + length > len(data):
            return
        piece = data[place + 7 : place + 7 + length]
        place += 7 + length
        pieces = piece if kind in (1, 2) else pieces + piece
        if kind in (1, 4):
            yield pieces


class Tensorboard:
    def begin(self, folder):
        from tensorboard.summary import Writer

        self.writer = Writer(folder)
        self.step = 0

    def log(self, metrics):
        for name, value in metrics.items():
            self.writer.add_scalar(name, value, self.step)
        self.step += 1

    def end(self):
        self.writer.close()

    def read(self, folder, name):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        events = EventAccumulator(folder, size_guidance={"tensors": 0, "scalars": 0})
        events.Reload()
        tags = events.Tags()
        return len(events.Tensors(name)) if name in tags["tensors"] else 0


class Trackio:
    def begin(self, folder):
        os.environ["TRACKIO_DIR"] = folder
        import contextlib
        import io

        import trackio

        self.trackio = trackio
        with contextlib.redirect_stdout(io.StringIO()):
            trackio.init(project="bench", name="bench", embed=False)
        self.log = trackio.log

    def end(self):
        import contextlib
        import io

        with contextlib.redirect_stdout(io.StringIO()):
            self.trackio.finish()

    def read(self, folder, name):
        import sqlite3

        count = 0
        for path in glob.glob(os.path.join(folder, "**", "*.db"), recursive=True):
            database = sqlite3.connect(path)
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
            if "metrics" in tables:
                rows = database.execute("SELECT metrics FROM metrics")
                count += sum(name in json.loads(row[0]) for row in rows)
        return count


class Dvclive:
    def begin(self, folder):
        from dvclive import Live

        self.live = Live(folder, save_dvc_exp=False, report=None, dvcyaml=None, monitor_system=False)

    def log(self, metrics):
        for name, value in metrics.items():
            self.live.log_metric(name, value)
        self.live.next_step()

    def end(self):
        self.live.end()

    def read(self, folder, name):
        count = 0
        for path in glob.glob(os.path.join(folder, "**", name + ".tsv"), recursive=True):
            with open(path, newline="") as file:
                count += sum(1 for _ in csv.DictReader(file, delimiter="\t"))
        return count


TOOLS = {
    "trainyard": Trainyard,
    "mlflow": Mlflow,
    "wandb": Wandb,
    "tensorboard": Tensorboard,
    "trackio": Trackio,
    "dvclive": Dvclive,
}


def quiet():
    """Keeps what a tool prints out of the one line of JSON that a script answers with."""
    import logging
    import warnings

    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    answer = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(answer, "w")
