"""Watches the files that TensorFlow's C++ side opens for Python: gfile, records, data sets, SavedModels, checkpoints.

What a graph opens, as `tf.io.read_file` inside `Dataset.map`, has no name in Python and is not seen.
"""

from __future__ import annotations

import os

from ..wrapping import note_calls
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List


def watch_file_io(file_io: Any) -> None:
    note_calls(file_io.BufferedInputStream, "__init__", _read)
    note_calls(file_io.WritableFile, "__init__", _wrote)


def watch_records(records: Any) -> None:
    note_calls(records.TFRecordWriter, "__init__", _wrote_records)


def watch_data(readers: Any) -> None:
    note_calls(readers, "_create_or_validate_filenames_dataset", _read_data)


def watch_operations(operations: Any) -> None:
    note_calls(operations, "read_file", _read_file)
    note_calls(operations, "write_file", _wrote_file)


def watch_saving(saved_model: Any) -> None:
    note_calls(saved_model, "save", _saved)


def watch_loading(saved_model: Any) -> None:
    note_calls(saved_model, "load", _loaded)


def watch_checkpoints(checkpoint: Any) -> None:
    for name in ("save", "write"):
        note_calls(checkpoint.Checkpoint, name, _saved_checkpoint)
    note_calls(checkpoint.Checkpoint, "read", _loaded_checkpoint)
    note_calls(checkpoint.Checkpoint, "restore", _loaded_checkpoint)


def watch_keras_folders(dataset_utils: Any) -> None:
    note_calls(dataset_utils, "index_directory", _listed)


def _read(result: Any, given: Any, named: Any) -> None:
    paths.read(_text(given[1:2]), "tensorflow.io.gfile.GFile")


def _wrote(result: Any, given: Any, named: Any) -> None:
    path = _text(given[1:2])
    # TensorFlow writes beside its target, and renames.
    if path is None or not _is_draft(os.path.splitext(path)[1]):
        paths.wrote(path, "tensorflow.io.gfile.GFile")


def _is_draft(ending: str) -> bool:
    return ending.startswith(".tmp") and len(ending) == len(".tmp") + 32


def _wrote_records(result: Any, given: Any, named: Any) -> None:
    paths.wrote(named.get("path", _text(given[1:2])), "tensorflow.io.TFRecordWriter", "data", "tfrecord")


def _read_data(result: Any, given: Any, named: Any) -> None:
    paths.read(_strings(named.get("filenames", given[0] if given else None)), "tensorflow.data")


def _read_file(result: Any, given: Any, named: Any) -> None:
    paths.read(_strings(named.get("filename", given[0] if given else None)), "tensorflow.io.read_file")


def _wrote_file(result: Any, given: Any, named: Any) -> None:
    for path in _strings(named.get("filename", given[0] if given else None)):
        paths.wrote(path, "tensorflow.io.write_file")


def _saved(result: Any, given: Any, named: Any) -> None:
    folder = named.get("export_dir", given[1] if len(given) > 1 else None)
    paths.wrote(folder, "tensorflow.saved_model.save", "model", "tensorflow")


def _loaded(result: Any, given: Any, named: Any) -> None:
    paths.read(named.get("export_dir", given[0] if given else None), "tensorflow.saved_model.load")


def _saved_checkpoint(result: Any, given: Any, named: Any) -> None:
    for path in _checkpoint_files(result):
        paths.wrote(path, "tensorflow.train.Checkpoint.save", "model", "tensorflow")


def _loaded_checkpoint(result: Any, given: Any, named: Any) -> None:
    prefix = named.get("save_path", given[1] if len(given) > 1 else None)
    paths.read(_checkpoint_files(prefix), "tensorflow.train.Checkpoint.restore")


def _checkpoint_files(prefix: Any) -> List[str]:
    start = paths.local_path(prefix)
    folder, name = os.path.split(start or "")
    if not name or not os.path.isdir(folder or os.curdir):
        return []
    names = sorted(os.listdir(folder or os.curdir))
    return [os.path.join(folder, one) for one in names if one == name + ".index" or one.startswith(name + ".data-")]


def _listed(result: Any, given: Any, named: Any) -> None:
    """`index_directory` answers with the paths of the files, their labels, and the names of the classes."""
    paths.read(list(result[0][: paths.MOST_FILES]), "keras.utils")


def _text(value: Any) -> Any:
    one = value[0] if value else None
    return os.fsdecode(one) if isinstance(one, bytes) else one


def _strings(value: Any) -> List[str]:
    """Names that are known now: text, lists of it, and tensors that hold it; a graph's are not."""
    if isinstance(value, (str, os.PathLike)):
        return [os.fspath(value)]
    if isinstance(value, (list, tuple)):
        return [os.fspath(one) for one in value if isinstance(one, (str, os.PathLike))]
    numpy = getattr(value, "numpy", None)
    if getattr(getattr(value, "dtype", None), "name", "") != "string" or numpy is None:
        return []
    flat = numpy()
    names = flat.ravel()[: paths.MOST_FILES].tolist() if hasattr(flat, "ravel") else [flat]
    return [os.fsdecode(one) for one in names]
