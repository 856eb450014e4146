"""Seeds, variables, figures, images, tables, datasets, models and ranks of real libraries."""

import json
import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python"))

from needs import needs  # noqa: E402
from support import Case, metrics  # noqa: E402

DATA = """
import pickle, random, warnings
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from PIL import Image
from scipy import sparse
import xgboost
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
import trainyard

random.seed(1)
np.random.seed(2)
np.random.default_rng(3)
np.random.seed(4)
assert (random.random(), np.random.rand()) == (random.Random(1).random(), np.random.RandomState(4).rand())
assert pickle.loads(pickle.dumps(np.random.seed)) is np.random.seed
train_test_split(np.zeros((8, 1)), random_state=5)
KMeans(2, random_state=6, n_init=1).fit(np.arange(8.0).reshape(8, 1))
RandomForestRegressor(3).fit(np.arange(8.0).reshape(8, 1), np.arange(8.0))

figure, axes = plt.subplots()
trainyard.figure(figure, "figure")
trainyard.figure(axes, "figure")
trainyard.figure(plt, "pyplot")
trainyard.figure(Image.new("RGB", (3, 2), (255, 0, 0)), "pillow")
pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
trainyard.image(pixels, "colour")
trainyard.image(pixels / 255, "float")
trainyard.image(pixels[:, :, 0] > 6, "mask")
trainyard.image(pixels[::-1, ::-1], "view")

frame = pd.DataFrame({"a": [1, 2], "b": [0.1, float("nan")], "c": ["x", None], "t": pd.to_datetime(["2020-01-02", None])})
trainyard.table(frame, "pandas")
trainyard.table(frame.set_index("c"), "indexed", format="csv")
trainyard.table(pl.DataFrame({"a": [1, None], "b": ["x", "y"]}), "polars")
trainyard.table(pa.table({"a": [1, None], "b": [[1, 2], []]}), "arrow")
trainyard.table(np.array([[1.5, 2.5]]), "array")
trainyard.dataset(frame, "frame")
trainyard.dataset(frame.copy(), "same")
trainyard.dataset(frame.assign(a=[1, 3]), "other")
trainyard.dataset(np.zeros((2, 3), "float32"), "zeros")

X, y = np.array([[0.0], [1.0]] * 10), np.array([0, 1] * 10)
trainyard.model(LogisticRegression().fit(X, y), "regression")
trainyard.model(xgboost.XGBClassifier(n_estimators=2).fit(X, y), "boosted")

def fail(frame, polar, arrow, array, scalar, matrix, model, figure):
    raise ValueError("now")

fail(frame, pl.DataFrame({"a": [1]}), pa.table({"a": [1]}), pixels, np.float32(0.5), sparse.eye(3, format="csr"), LogisticRegression(), figure)
"""

TORCH = """
import argparse, os, pickle, random
import torch, torch.distributed as dist
import trainyard
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
given = parser.parse_args()
torch.manual_seed(7)
assert pickle.loads(pickle.dumps(torch.manual_seed)) is torch.manual_seed and torch.random.manual_seed is torch.manual_seed
expected = torch.rand(1)
assert torch.equal(expected, torch.rand(1, generator=torch.Generator().manual_seed(7)))
dist.init_process_group("gloo")
rank = dist.get_rank()
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(2, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=given.lr)

class Items(torch.utils.data.Dataset):
    def __len__(self): return 4
    def __getitem__(self, at):
        random.seed(at)
        return torch.ones(2) * at

for step, batch in enumerate(torch.utils.data.DataLoader(Items(), num_workers=1)):
    loss = (model(batch) ** 2).mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    trainyard.log(loss=loss)
trainyard.image(torch.zeros(3, 2, 4), "channels first")
if rank == 0: trainyard.model(model.module, "linear")
dist.barrier()
def fail(tensor, half, module, secret_token):
    raise ValueError("rank %d" % rank)
if rank == 1:
    fail(torch.zeros(3, 4), torch.zeros(2, dtype=torch.bfloat16), model, "s3cret")
dist.destroy_process_group()
"""

SPAWN = """
import os, sys
import torch, torch.distributed as dist, torch.multiprocessing as processes
import trainyard

def work(rank, port):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    torch.manual_seed(5)
    dist.init_process_group("gloo", rank=rank, world_size=2)
    for step in range(2):
        trainyard.log(loss=float(rank * 10 + step))
    dist.destroy_process_group()

if __name__ == "__main__":
    processes.start_processes(work, args=(sys.argv[1],), nprocs=2, start_method=sys.argv[2])
"""


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return str(server.getsockname()[1])


class DataTest(Case):
    def content(self, record):
        with open(os.path.join(self.run_folder, record["path"]), "rb") as file:
            return file.read()

    @needs("numpy", "pandas", "polars", "pyarrow", "PIL", "matplotlib", "sklearn", "xgboost", "scipy")
    def test_everything_that_the_client_takes(self):
        result = self.tracked(DATA, env=self.environment(TRAINYARD_AUTOLOG="off"))
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"ValueError: now", result.stderr)
        self.assertEqual([r["params"] for r in self.records("warning")], [])
        seeds = {record["source"]: record["value"] for record in self.records("seed")}
        own = {"random": 1, "random.Random": 1, "numpy": 2, "numpy.default_rng": 3, "numpy.RandomState": 4}
        # The forest was given none, and its trees draw theirs.
        asked_for = {"sklearn.model_selection.train_test_split": 5, "sklearn.cluster.KMeans.fit": 6}
        self.assertEqual(seeds, {**own, **asked_for})

        kept = {}
        for record in self.records("artifact"):
            kept.setdefault(record["name"], []).append(record)
        self.assertEqual([record["step"] for record in kept["figure"]], [0, 1])
        for name in ("figure", "pyplot", "pillow", "colour", "float", "mask", "view"):
            self.assertTrue(self.content(kept[name][0]).startswith(b"\x89PNG"), name)
        self.check_pixels(kept)

        def lines(name):
            return [json.loads(line) for line in self.content(kept[name][0]).decode("utf-8").splitlines()]

        first, second = lines("pandas")
        self.assertEqual(first, {"a": 1, "b": 0.1, "c": "x", "t": "2020-01-02T00:00:00"})
        self.assertEqual((second["a"], second["t"], repr(second["b"])), (2, None, "nan"))
        self.assertEqual(self.content(kept["indexed"][0]).split(b"\r\n")[0], b"c,a,b,t")
        self.assertEqual(lines("polars"), [{"a": 1, "b": "x"}, {"a": None, "b": "y"}])
        self.assertEqual(lines("arrow"), [{"a": 1, "b": [1, 2]}, {"a": None, "b": []}])
        self.assertEqual(lines("array"), [{"0": 1.5, "1": 2.5}])

        data = {record["name"]: record for record in self.records("dataset")}
        self.assertEqual(data["frame"]["shape"], [2, 4])
        self.assertEqual(data["frame"]["type"], "pandas.DataFrame")
        self.assertEqual(data["frame"]["sha256"], data["same"]["sha256"])
        self.assertNotEqual(data["frame"]["sha256"], data["other"]["sha256"])
        self.assertEqual((data["zeros"]["shape"], data["zeros"]["bytes"]), ([2, 3], 24))

        self.assertIn("regression.joblib", kept)
        self.assertIn("boosted.ubj", kept)
        self.check_variables()

    def check_pixels(self, kept):
        import numpy
        from PIL import Image

        expected = numpy.arange(24, dtype=numpy.uint8).reshape(2, 4, 3)
        places = {
            name: os.path.join(self.run_folder, kept[name][0]["path"]) for name in ("colour", "float", "mask", "view")
        }
        pixels = {}
        for name, path in places.items():
            with Image.open(path) as image:
                pixels[name] = numpy.asarray(image)
        self.assertTrue((pixels["colour"] == expected).all())
        self.assertTrue((pixels["float"] == expected).all())
        self.assertTrue((pixels["mask"] == (expected[:, :, 0] > 6) * 255).all())
        self.assertTrue((pixels["view"] == expected[::-1, ::-1]).all())

    def check_variables(self):
        (exception,) = self.records("exception")
        held = {variable.pop("name"): variable for variable in exception["locals"][0]["variables"]}
        self.assertEqual(held["frame"]["shape"], [2, 4])
        self.assertIn("int64, float64", held["frame"]["dtype"])
        self.assertEqual(held["polar"], {"type": "polars.DataFrame", "shape": [1, 1], "dtype": "Int64"})
        self.assertEqual(held["arrow"]["shape"], [1, 1])
        self.assertEqual(held["array"], {"type": "numpy.ndarray", "shape": [2, 4, 3], "dtype": "uint8"})
        self.assertEqual(held["scalar"]["value"], 0.5)
        self.assertEqual(held["matrix"]["shape"], [3, 3])
        self.assertEqual(held["model"], {"type": "sklearn.LogisticRegression"})


@needs("torch")
class RankTest(Case):
    def by_rank(self):
        """What each rank's own process wrote, without its data loader's workers."""
        found = {}
        for opened, records in self.journals():
            if any(isinstance(record, list) for record in records):
                found[opened["rank"]] = (opened, records)
        return found

    def kinds(self, records, kind):
        return [record for record in records if isinstance(record, dict) and record["kind"] == kind]

    def test_torchrun(self):
        self.write("train.py", TORCH)
        options = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", free_port()]
        result = self.start(options + ["train.py", "--lr", "0.5"], self.environment(OMP_NUM_THREADS="1"))
        self.assertEqual(result.returncode, 1, result.stderr)
        found = self.by_rank()
        self.assertEqual(sorted(found), [0, 1])
        (main, records), (other, others) = found[0], found[1]
        self.assertEqual((main["role"], other["role"]), ("main", "child"))
        self.assertEqual([r["values"] for r in self.kinds(records, "params")], [{"lr": 0.5}])
        self.assertEqual([(r["source"], r["value"]) for r in self.kinds(records, "seed")], [("torch", 7)])
        for each in (records, others):
            self.assertEqual([step for step, _ in metrics(each)], [0, 1, 2, 3])
        self.assertEqual([r["name"] for r in self.kinds(records, "artifact")], ["channels first", "linear.pt"])
        self.assertEqual(self.kinds(others, "params") + self.kinds(others, "seed"), [])
        (exception,) = self.kinds(others, "exception")
        held = {variable.pop("name"): variable for variable in exception["locals"][0]["variables"]}
        self.assertEqual(held["tensor"], {"type": "torch.Tensor", "shape": [3, 4], "dtype": "torch.float32"})
        self.assertEqual(held["half"]["dtype"], "torch.bfloat16")
        self.assertEqual(held["module"], {"type": "torch.DistributedDataParallel"})
        self.assertEqual(held["secret_token"], {"type": "str", "value": "***"})
        import torch

        saved = torch.load(os.path.join(self.run_folder, "artifacts", "linear.pt"), weights_only=True)
        self.assertEqual(sorted(saved), ["bias", "weight"])

    def test_spawned_workers_are_ranks_once_they_say_so(self):
        # A fork saves importing torch again.
        method = "fork" if hasattr(os, "fork") else "spawn"
        result = self.tracked(SPAWN, free_port(), method, env=self.environment(OMP_NUM_THREADS="1"))
        self.assertDone(result)
        values = {}
        seeds = []
        for opened, records in self.journals():
            seeds += [(r["source"], r["value"]) for r in self.kinds(records, "seed")]
            if any(isinstance(record, list) for record in records):
                values[opened["rank"] or 0] = [value["loss"] for _, value in metrics(records)]
        self.assertEqual(values, {0: [0.0, 1.0], 1: [10.0, 11.0]})
        self.assertEqual(seeds, [("torch", 5)])


class LokyTest(Case):
    @needs("joblib")
    def test_workers_of_joblib_log_to_the_same_metric_and_say_nothing_else(self):
        result = self.tracked(
            """
            import argparse, random
            import joblib, trainyard
            def work(number):
                random.seed(number)
                trainyard.log(x=float(number))
                return number
            if __name__ == "__main__":
                parser = argparse.ArgumentParser()
                parser.add_argument("--jobs", type=int, default=2)
                given = parser.parse_args()
                random.seed(1)
                print(sum(joblib.Parallel(n_jobs=given.jobs)(joblib.delayed(work)(number) for number in range(8))))
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stdout.strip(), b"28")
        (main, records), *workers = self.journals()
        self.assertEqual([r["source"] for r in records if "source" in r], ["argparse", "random"])
        points = [value["x"] for _, found in workers for _, value in metrics(found)]
        self.assertEqual(sorted(points), [float(number) for number in range(8)])
        for opened, found in workers:
            self.assertEqual((opened["role"], opened["rank"]), ("child", None))
            self.assertEqual([r for r in found if isinstance(r, dict) and r["kind"] in ("params", "seed")], [])


if __name__ == "__main__":
    unittest.main()
