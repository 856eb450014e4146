"""Watches where pyarrow hands paths to its C++ side, module by module: each is there before others import from it."""

from __future__ import annotations

from ..wrapping import failed, hide_wrapper, note_calls
from . import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def watch_lib(lib: Any) -> None:
    for name in ("memory_map", "input_stream"):
        note_calls(lib, name, _read("pyarrow." + name, 0, "source"))
    for name in ("create_memory_map", "output_stream"):
        note_calls(lib, name, _wrote("pyarrow." + name, 0, "source"))
    real = lib.OSFile
    lib.OSFile = _Replaced("OSFile", (real,), {"__module__": real.__module__, "__doc__": real.__doc__, _REAL: real})


_REAL = "__trainyard_real__"


class _Replaced(type):
    """Stands for a class of C++ that cannot be changed, and takes note when it is called. Its objects are the real one's."""

    def __call__(cls, *given: Any, **named: Any) -> Any:
        real = vars(cls).get(_REAL)
        if real is None:
            return super().__call__(*given, **named)
        try:
            opened = real(*given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        path, mode = _argument(given, named, 0, "path"), _argument(given, named, 1, "mode") or "r"
        try:
            if "r" in mode:
                paths.read(path, "pyarrow.OSFile")
            else:
                paths.wrote(path, "pyarrow.OSFile", "data")
        except Exception as error:
            failed("OSFile", error)
        return opened

    def __instancecheck__(cls, instance: Any) -> bool:
        return type.__instancecheck__(vars(cls).get(_REAL, cls), instance)

    def __subclasscheck__(cls, other: type) -> bool:
        return type.__subclasscheck__(vars(cls).get(_REAL, cls), other)


def watch_csv(csv: Any) -> None:
    for name in ("read_csv", "open_csv"):
        note_calls(csv, name, _read("pyarrow.csv." + name, 0, "input_file"))
    note_calls(csv, "write_csv", _wrote("pyarrow.csv.write_csv", 1, "output_file"))


def watch_json(json: Any) -> None:
    for name in ("read_json", "open_json"):
        note_calls(json, name, _read("pyarrow.json." + name, 0, "input_file"))


def watch_feather(feather: Any) -> None:
    note_calls(feather, "_read_table_internal", _read("pyarrow.feather.read_table", 0, "source"))
    note_calls(feather, "write_feather", _wrote("pyarrow.feather.write_feather", 1, "dest"))


def watch_ipc(ipc: Any) -> None:
    for kind in ("Stream", "File"):
        reader, writer = "RecordBatch%sReader" % kind, "RecordBatch%sWriter" % kind
        note_calls(getattr(ipc, reader), "__init__", _read("pyarrow.ipc." + reader, 1, "source"))
        note_calls(getattr(ipc, writer), "__init__", _wrote("pyarrow.ipc." + writer, 1, "sink"))


def watch_orc(orc: Any) -> None:
    note_calls(orc, "read_table", _read("pyarrow.orc.read_table", 0, "source"))
    note_calls(orc.ORCFile, "__init__", _read("pyarrow.orc.ORCFile", 1, "source"))
    note_calls(orc.ORCWriter, "__init__", _wrote("pyarrow.orc.ORCWriter", 1, "where"))


def watch_parquet(core: Any) -> None:
    note_calls(core.ParquetFile, "__init__", _read("pyarrow.parquet.ParquetFile", 1, "source"))
    note_calls(core.ParquetDataset, "__init__", _read("pyarrow.parquet.ParquetDataset", 1, "path_or_paths"))
    note_calls(core.ParquetWriter, "__init__", _wrote("pyarrow.parquet.ParquetWriter", 1, "where"))
    note_calls(core, "write_metadata", _wrote("pyarrow.parquet.write_metadata", 1, "where"))


def watch_dataset(dataset: Any) -> None:
    note_calls(dataset, "dataset", _dataset)
    note_calls(dataset, "write_dataset", _wrote("pyarrow.dataset.write_dataset", 1, "base_dir"))


def _dataset(result: Any, given: Any, named: Any) -> None:
    if type(getattr(result, "filesystem", None)).__name__ == "LocalFileSystem":
        paths.read(result.files[: paths.MOST_FILES], "pyarrow.dataset.dataset")


def _read(by: str, place: int, name: str) -> Any:
    return lambda result, given, named: paths.read(_argument(given, named, place, name), by)


def _wrote(by: str, place: int, name: str) -> Any:
    return lambda result, given, named: paths.wrote(_argument(given, named, place, name), by, "data")


def _argument(given: Any, named: Any, place: int, name: str) -> Any:
    return named[name] if name in named else given[place] if len(given) > place else None
