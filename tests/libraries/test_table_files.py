"""Files of pandas, pyarrow, polars, duckdb and sqlite3: each is told once, under the name of the call in the script."""

import unittest

from needs import needs
from told import FilesCase


@needs("pandas", "pyarrow")
class PandasTest(FilesCase):
    def test_files(self):
        text = """
import pandas as pd
frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
frame.to_csv("d.csv", index=False)
pd.read_csv("d.csv"); pd.read_csv("d.csv", engine="pyarrow")
frame.to_csv("d.csv.gz"); pd.read_csv("d.csv.gz")
frame.to_csv("z.zip"); pd.read_csv("z.zip")
frame.to_parquet("d.parquet"); pd.read_parquet("d.parquet")
frame.to_feather("d.feather"); pd.read_feather("d.feather")
frame.to_pickle("d.pkl"); pd.read_pickle("d.pkl")
frame.to_json("d.json"); pd.read_json("d.json")
frame.to_orc("d.orc"); pd.read_orc("d.orc")
frame.to_parquet("parts", partition_cols=["b"])
print(len(pd.read_parquet("parts")))

class Mine(pd.DataFrame):
    pass

Mine(frame).to_csv("mine.csv")
for piece in pd.read_csv("d.csv", chunksize=1):
    pass
"""
        result = self.tracked(text)
        self.assertDone(result)
        told = self.told()
        parts = [line for line in told if line[1].startswith("parts/")]
        self.assertEqual(
            [(access, path.split("/")[1], by, what) for access, path, by, what, _ in parts],
            [("write", "b=x", "pandas.DataFrame.to_parquet", "data"), ("write", "b=y", "pandas.DataFrame.to_parquet", "data")]
            + [("read", "b=x", "pandas.read_parquet", None), ("read", "b=y", "pandas.read_parquet", None)],
        )
        self.told = lambda: [line for line in told if line not in parts]
        self.assertTold(
            """
            write d.csv pandas.DataFrame.to_csv data csv
            read d.csv pandas.read_csv - -
            write d.csv.gz pandas.DataFrame.to_csv data csv
            read d.csv.gz pandas.read_csv - -
            write z.zip pandas.DataFrame.to_csv data zip
            read z.zip pandas.read_csv - -
            write d.parquet pandas.DataFrame.to_parquet data parquet
            read d.parquet pandas.read_parquet - -
            write d.feather pandas.DataFrame.to_feather data feather
            read d.feather pandas.read_feather - -
            write d.pkl pandas.DataFrame.to_pickle data pkl
            read d.pkl pandas.read_pickle - -
            write d.json pandas.DataFrame.to_json data json
            read d.json pandas.read_json - -
            write d.orc pandas.DataFrame.to_orc data orc
            read d.orc pandas.read_orc - -
            write mine.csv pandas.DataFrame.to_csv data csv
            """
        )


@needs("pyarrow")
class PyarrowTest(FilesCase):
    def test_files(self):
        text = """
import pyarrow as pa, pyarrow.csv, pyarrow.dataset, pyarrow.feather, pyarrow.json, pyarrow.orc, pyarrow.parquet as pq
table = pa.table({"a": [1, 2]})
pq.write_table(table, "a.parquet"); pq.read_table("a.parquet")
with pq.ParquetWriter("b.parquet", table.schema) as writer:
    writer.write_table(table)
pq.ParquetFile("b.parquet").close()
pa.dataset.write_dataset(table, "folder", format="parquet"); pa.dataset.dataset("folder").to_table()
pa.feather.write_feather(table, "a.feather"); pa.feather.read_table("a.feather")
pa.csv.write_csv(table, "a.csv"); pa.csv.read_csv("a.csv"); pa.csv.open_csv("a.csv")
open("a.json", "w").write('{"a": 1}\\n'); pa.json.read_json("a.json")
with pa.OSFile("a.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
    writer.write_table(table)
with pa.memory_map("a.arrow") as source:
    pa.ipc.open_file(source).read_all()
with pa.ipc.new_file("b.arrow", table.schema) as writer:
    writer.write_table(table)
pa.ipc.open_file("b.arrow").read_all()
pa.orc.write_table(table, "a.orc"); pa.orc.read_table("a.orc")
pq.read_table(pa.BufferReader(open("a.parquet", "rb").read()))
"""
        self.assertDone(self.tracked(text))
        self.assertTold(
            """
            write a.parquet pyarrow.parquet.write_table data parquet
            read a.parquet pyarrow.parquet.read_table - -
            write b.parquet pyarrow.parquet.ParquetWriter data parquet
            read b.parquet pyarrow.parquet.ParquetFile - -
            write folder/part-0.parquet pyarrow.dataset.write_dataset data parquet
            read folder/part-0.parquet pyarrow.dataset.dataset - -
            write a.feather pyarrow.feather.write_feather data feather
            read a.feather pyarrow.feather.read_table - -
            write a.csv pyarrow.csv.write_csv data csv
            read a.csv pyarrow.csv.read_csv - -
            write a.json open - -
            read a.json pyarrow.json.read_json - -
            write a.arrow pyarrow.OSFile data arrow
            read a.arrow pyarrow.memory_map - -
            write b.arrow pyarrow.ipc.new_file data arrow
            read b.arrow pyarrow.ipc.open_file - -
            write a.orc pyarrow.orc.write_table data orc
            read a.orc pyarrow.orc.read_table - -
            """
        )


@needs("polars")
class PolarsTest(FilesCase):
    def test_files(self):
        text = """
import io
import polars as pl
frame = pl.DataFrame({"a": [1, 2]})
for kind in ("csv", "parquet", "ipc", "ndjson", "json", "avro"):
    getattr(frame, "write_" + kind)("a." + kind)
    getattr(pl, "read_" + kind)("a." + kind)
for kind in ("csv", "parquet", "ipc", "ndjson"):
    getattr(frame.lazy(), "sink_" + kind)("lazy." + kind)
    getattr(pl, "scan_" + kind)("lazy." + kind)
import os
os.mkdir("parts")
for number in range(3):
    frame.write_parquet("parts/%d.parquet" % number)
pl.scan_parquet("parts/*.parquet").collect()
pl.read_csv(b"a,b\\n1,2"); pl.read_csv(io.StringIO("a,b\\n1,2")); frame.write_csv()
plan = frame.lazy().sink_csv("never.csv", lazy=True)
later = frame.lazy().sink_csv("later.csv", lazy=True)
later.collect()
"""
        self.assertDone(self.tracked(text))
        expected = ""
        for kind in ("csv", "parquet", "ipc", "ndjson", "json", "avro"):
            expected += "write a.%s polars.DataFrame.write_%s data %s\n" % (kind, kind, kind)
            expected += "read a.%s polars.read_%s - -\n" % (kind, kind)
        for kind in ("csv", "parquet", "ipc", "ndjson"):
            expected += "write lazy.%s polars.LazyFrame.sink_%s data %s\n" % (kind, kind, kind)
            expected += "read lazy.%s polars.scan_%s - -\n" % (kind, kind)
        for number in range(3):
            expected += "write parts/%d.parquet polars.DataFrame.write_parquet data parquet\n" % number
        for number in range(3):
            expected += "read parts/%d.parquet polars.scan_parquet - -\n" % number
        self.assertTold(expected + "write later.csv polars.LazyFrame.sink_csv data csv\n")


@needs("duckdb", "pandas")
class DuckdbTest(FilesCase):
    def test_files_in_sql_and_in_calls(self):
        text = """
import duckdb, pandas as pd
open("a.csv", "w").write("a,b\\n1,2\\n"); open("b.csv", "w").write("a,b\\n3,4\\n"); open("c.csv", "w").write("a,b\\n5,6\\n")
duckdb.sql("COPY (SELECT * FROM 'a.csv') TO 'out.parquet' (FORMAT parquet)")
duckdb.read_parquet("out.parquet").fetchall()
connection = duckdb.connect("data.duckdb")
connection.execute("create table t as select * from read_csv_auto(['b.csv', 'c.csv'])")
connection.execute("select 'b.csv' as name, 'it''s' as text").fetchall()
connection.sql("select * from t").write_csv("t.csv")
connection.close()
duckdb.connect(":memory:")
def local():
    frame = pd.DataFrame({"a": [1, 2]})
    memory = duckdb.connect()
    return [memory.execute("select sum(a) from frame").fetchall(), memory.sql("from frame").fetchall(), duckdb.sql("from frame").fetchall()]
print(local())
"""
        result = self.tracked(text)
        self.assertDone(result)
        self.assertEqual(result.stdout, b"[[(3,)], [(1,), (2,)], [(1,), (2,)]]\n")
        self.assertTold(
            """
            write a.csv open - -
            write b.csv open - -
            write c.csv open - -
            read a.csv duckdb.sql - -
            write out.parquet duckdb.sql data parquet
            read out.parquet duckdb.read_parquet - -
            read data.duckdb duckdb.connect - -
            write data.duckdb duckdb.connect data duckdb
            read b.csv duckdb.execute - -
            read c.csv duckdb.execute - -
            write t.csv duckdb.DuckDBPyRelation.write_csv data csv
            """
        )


class SqliteTest(FilesCase):
    def test_files(self):
        text = """
import sqlite3
with sqlite3.connect("new.db") as connection:
    connection.execute("create table t (a)")
connection.close()
sqlite3.connect(database="new.db").close()
sqlite3.connect(":memory:")
"""
        self.assertDone(self.tracked(text))
        self.assertTold(
            """
            write new.db sqlite3.connect data sqlite
            read new.db sqlite3.connect - -
            """
        )


if __name__ == "__main__":
    unittest.main()
