"""Files that TensorFlow's compiled modules open, with modules in their place that have the same functions and open files as they do."""

import os

from support import Case, read_records

PYWRAP = """
import os

class BufferedInputStream:
    def __init__(self, path, size):
        self.file = os.open(path, os.O_RDONLY)

class WritableFile:
    def __init__(self, path, mode):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT)
"""
TF_RECORD = """
import os

class TFRecordWriter:
    def __init__(self, path, options=None):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT)
"""
READERS = """
class Graph:
    pass

def _create_or_validate_filenames_dataset(filenames, name=None):
    return filenames

class TFRecordDatasetV2:
    _tf_api_names = ("data.TFRecordDataset",)

    def __init__(self, filenames):
        self.filenames = _create_or_validate_filenames_dataset(filenames, name=None)
"""
SAVE = """
import os

def save(obj, export_dir, signatures=None, options=None):
    for name in ("saved_model.pb", "variables/variables.index"):
        os.makedirs(os.path.dirname(os.path.join(export_dir, name)), exist_ok=True)
        os.close(os.open(os.path.join(export_dir, name), os.O_WRONLY | os.O_CREAT))
"""
CHECKPOINT = """
import os

class Checkpoint:
    def save(self, file_prefix, options=None):
        for end in ("-1.index", "-1.data-00000-of-00001"):
            os.close(os.open(file_prefix + end, os.O_WRONLY | os.O_CREAT))
        return file_prefix + "-1"

    write = read = restore = save
"""


class TensorflowTest(Case):
    def module(self, name, text):
        parts = name.split(".")
        for length in range(1, len(parts)):
            self.write(os.path.join("site-packages", *parts[:length], "__init__.py"), "")
        self.write(os.path.join("site-packages", *parts[:-1], parts[-1] + ".py"), text)

    def test_files(self):
        self.module("tensorflow.python.lib.io._pywrap_file_io", PYWRAP)
        self.module("tensorflow.python.lib.io.tf_record", TF_RECORD)
        self.module("tensorflow.python.data.ops.readers", READERS)
        self.module("tensorflow.python.saved_model.save", SAVE)
        self.module("tensorflow.python.checkpoint.checkpoint", CHECKPOINT)
        text = """
import sys
sys.path.append("site-packages")
from tensorflow.python.lib.io import _pywrap_file_io as file_io
from tensorflow.python.lib.io.tf_record import TFRecordWriter
from tensorflow.python.data.ops.readers import Graph, TFRecordDatasetV2
from tensorflow.python.saved_model.save import save
from tensorflow.python.checkpoint.checkpoint import Checkpoint
file_io.WritableFile(b"g.txt", b"w"); file_io.BufferedInputStream("g.txt", 1024)
file_io.WritableFile("g.txt.tmp0123456789abcdef0123456789abcdef", "w")
TFRecordWriter("r.tfrecord")
TFRecordDatasetV2(["r.tfrecord", "none.tfrecord"]); TFRecordDatasetV2(Graph())
save(None, "saved")
Checkpoint().save("ck")
"""
        self.assertDone(self.tracked(text))
        (name,) = [name for name in os.listdir(self.run_folder) if name.startswith("files-")]
        told = [
            (record["access"], os.path.relpath(record["path"], self.work).replace(os.sep, "/"), record["by"], record["what"])
            for record in read_records(os.path.join(self.run_folder, name))[1:]
        ]
        self.assertEqual(
            told,
            [
                ("write", "g.txt", "tensorflow.io.gfile.GFile", None),
                ("read", "g.txt", "tensorflow.io.gfile.GFile", None),
                ("write", "r.tfrecord", "tensorflow.io.TFRecordWriter", "data"),
                ("read", "r.tfrecord", "tensorflow.data.TFRecordDataset", None),
                ("write", "saved/saved_model.pb", "tensorflow.saved_model.save", "model"),
                ("write", "saved/variables/variables.index", "tensorflow.saved_model.save", "model"),
                ("write", "ck-1.data-00000-of-00001", "tensorflow.train.Checkpoint.save", "model"),
                ("write", "ck-1.index", "tensorflow.train.Checkpoint.save", "model"),
            ],
        )
