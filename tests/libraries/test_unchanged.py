"""Watched libraries look, warn, fail and are pickled as without the hook."""

import unittest

from needs import needs
from told import FilesCase


@needs("duckdb", "h5py", "lightgbm", "matplotlib", "pandas", "polars", "pyarrow", "safetensors", "xgboost")
class UnchangedTest(FilesCase):
    draws = True

    def test_looks(self):
        text = """
import inspect, io, pickle
import duckdb, h5py, lightgbm, matplotlib.backend_bases, numpy, pandas, polars, pyarrow, safetensors, sqlite3, xgboost
import pyarrow.csv, pyarrow.dataset, pyarrow.feather, pyarrow.json, pyarrow.parquet as pq, safetensors.numpy
for owner, names in (
    (pyarrow, "memory_map input_stream"),
    (pyarrow.csv, "read_csv write_csv"),
    (pyarrow.json, "read_json"),
    (pyarrow.dataset, "dataset write_dataset"),
    (pyarrow.feather, "read_table write_feather"),
    (pq, "read_table write_table ParquetFile ParquetWriter"),
    (pandas, "read_csv read_parquet"),
    (polars, "read_csv scan_parquet"),
    (duckdb, "sql query read_csv"),
    (h5py, "File"),
    (safetensors, "safe_open serialize_file"),
    (safetensors.numpy, "save_file"),
    (sqlite3, "connect"),
    (xgboost, "DMatrix"),
    (xgboost.Booster, "save_model load_model"),
    (lightgbm, "Dataset Booster"),
    (lightgbm.Booster, "save_model"),
    (matplotlib.backend_bases.FigureManagerBase, "show"),
):
    for name in names.split():
        held = getattr(owner, name)
        try:
            signature = inspect.signature(held)
        except ValueError as error:
            signature = error
        print(name, signature, held.__name__, held.__module__, held.__doc__ == inspect.getdoc(held), held.__doc__ and len(held.__doc__))
        try:
            print(pickle.loads(pickle.dumps(held)) is held)
        except (TypeError, pickle.PicklingError):
            print("cannot be pickled")

print(pickle.loads(pickle.dumps(pyarrow.OSFile)) is pyarrow.OSFile, pyarrow.OSFile, pyarrow.OSFile.__doc__)

class OwnFile(h5py.File):
    pass

class OwnMatrix(xgboost.DMatrix):
    pass

class OwnSink(pyarrow.OSFile):
    pass

with OwnFile("own.h5", "w") as file:
    print(type(file).__name__, isinstance(file, h5py.File), isinstance(file, OwnFile))
with pyarrow.OSFile("a.bin", "wb") as sink:
    print(isinstance(sink, pyarrow.OSFile), isinstance(sink, pyarrow.NativeFile), isinstance(sink, OwnSink), isinstance(io.BytesIO(), pyarrow.OSFile))
with OwnSink("b.bin", "wb") as sink:
    print(type(sink).__name__, isinstance(sink, pyarrow.OSFile), isinstance(sink, OwnSink))
print(issubclass(OwnSink, pyarrow.OSFile), issubclass(OwnMatrix, xgboost.DMatrix))
print(inspect.isclass(pyarrow.OSFile), inspect.isclass(safetensors.safe_open), numpy.array([1]).nbytes)
"""
        self.assertDone(self.assertSame(text))

    def test_warnings_and_tracebacks(self):
        text = """
import traceback, warnings
import duckdb, h5py, lightgbm, numpy, pandas, polars, pyarrow, safetensors.numpy, sqlite3, xgboost
import pyarrow.csv, pyarrow.parquet as pq
warnings.simplefilter("always")

def failing(call):
    try:
        call()
    except BaseException:
        print(traceback.format_exc())

frame = pandas.DataFrame({"a": [1, 2]})
frame.to_csv("a.csv", index=False)
polars.DataFrame({"a": [1]}).write_parquet("a.parquet")
for call in (
    lambda: pandas.read_csv("none.csv"),
    lambda: pandas.read_parquet("none.parquet"),
    lambda: polars.read_parquet("none.parquet"),
    lambda: pq.read_table("none.parquet"),
    lambda: pq.ParquetFile("none.parquet"),
    lambda: pyarrow.csv.read_csv("none.csv"),
    lambda: pyarrow.memory_map("none"),
    lambda: pyarrow.OSFile("none"),
    lambda: h5py.File("none.h5", "r"),
    lambda: safetensors.safe_open("none.safetensors", framework="np"),
    lambda: safetensors.numpy.save_file({"a": numpy.zeros(1)}, "no/such/folder"),
    lambda: xgboost.Booster().load_model("none.json"),
    lambda: lightgbm.Booster(model_file="none.txt"),
    lambda: duckdb.sql("select * from 'none.csv'"),
    lambda: duckdb.connect().execute("selec"),
    lambda: sqlite3.connect("no/such/folder/a.db"),
    lambda: sqlite3.connect(),
):
    failing(call)
pandas.read_csv("a.csv", date_parser=None) if "date_parser" in pandas.read_csv.__doc__ else None
open("mixed.csv", "w").write("a\\n" + "1\\n" * 300000 + "x\\n")
pandas.read_csv("mixed.csv")
numpy.genfromtxt(["1 2", "3"], invalid_raise=False)
numpy.loadtxt([])
open("x.svm", "w").write("1 1:2\\n0 1:3\\n")
sqlite3.connect("a.db", 5.0).close()
h5py.File("a.h5", "w").close()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    xgboost.DMatrix("x.svm?format=libsvm")
print([(warning.category.__name__, warning.filename, warning.lineno) for warning in caught])
"""
        result = self.assertSame(text)
        self.assertDone(result)
        self.assertIn(b"script.py", result.stderr)


if __name__ == "__main__":
    unittest.main()
