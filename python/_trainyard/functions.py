"""The functions of ``trainyard``. They log to the innermost run that was entered, else to the process's own."""

from __future__ import annotations

import os

from .client import log
from .runs import Run, here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Mapping, Optional, Sequence, Union

    Path = Union[str, os.PathLike[str]]

__all__ = ["artifact", "dataset", "figure", "image", "log", "model", "params", "run", "table", "tag"]


def params(values: Optional[Any] = None, /, **more: Any) -> None:
    """Records parameters: ``params(lr=0.1)``, ``params({"lr": 0.1})``, ``params(namespace)``. A name given again takes the
    new value.

    Anything that JSON can hold keeps its shape, paths and arrays included; of other objects the text is kept, with a warning.
    """
    here.params(values, **more)


def tag(values: Optional[Mapping[str, Any]] = None, /, **more: Any) -> None:
    """Tags the run: ``tag(team="vision")``, ``tag({"data set": "v3"})``. Values are kept as text."""
    here.tag(values, **more)


def artifact(path: Path, name: Optional[str] = None, kind: str = "file") -> None:
    """Keeps a copy of a file, or of every file in a folder, with the run.

    :param name: what it is called in the run, the file's own name by default; slashes make folders
    :param kind: what it is, in a word: ``model``, ``figure``, ``table``
    """
    here.artifact(path, name, kind)


def figure(figure: Any, name: Optional[str] = None, *, step: Optional[int] = None) -> None:
    """Keeps a figure, as PNG: one of matplotlib or plotly, axes, an image, the path of a picture, or its bytes.

    :param name: figures of one name are shown along their steps
    :param step: one more than the last of this name by default, from 0
    """
    here.figure(figure, name, step=step)


def image(image: Any, name: str = "image", *, step: Optional[int] = None) -> None:
    """Keeps an image, as PNG.

    :param image: an array, a tensor or lists, H×W or H×W×1, 3 or 4, whole numbers from 0 to 255 or floats from 0 to 1; or a Pillow
        image, the path of a picture, or its bytes
    :param name: images of one name are shown along their steps
    :param step: one more than the last of this name by default, from 0
    """
    here.image(image, name, step=step)


def table(
    table: Union[Iterable[Any], Mapping[str, Any], Any],
    name: str = "table",
    *,
    columns: Optional[Sequence[str]] = None,
    format: str = "jsonl",
) -> None:
    """Keeps a table: rows (dictionaries or lists), a dictionary of columns, or a frame of pandas, polars or pyarrow.

    :param columns: the names of the columns of rows; of dictionaries, which of them and in which order
    :param format: ``jsonl``, which keeps every value as it is, or ``csv``
    """
    here.table(table, name, columns=columns, format=format)


def dataset(data: Any, name: Optional[str] = None) -> None:
    """Says what data the run works on: a file, a folder, or a frame or array in memory. It becomes an input of the run, with
    its hash; nothing is copied.
    """
    here.dataset(data, name)


def model(model: Any, name: Optional[str] = None) -> None:
    """Keeps a model in the format that its library writes: torch, Keras, XGBoost, LightGBM, transformers; scikit-learn and
    others with joblib or pickle. A path is copied.
    """
    here.model(model, name)


def run(
    name: Optional[str] = None,
    *,
    experiment: Optional[str] = None,
    group: Optional[str] = None,
    tags: Optional[Mapping[str, Any]] = None,
    params: Optional[Mapping[str, Any]] = None,
    resume: Optional[str] = None,
) -> Run:
    """A run of its own, for a ``with`` block: inside the run that the script belongs to, else by itself.

    :param resume: the id or the name of a run that is to be gone on with; where there is none, a new one gets the name
    """
    return Run(name, experiment=experiment, group=group, tags=tags, params=params, resume=resume)
