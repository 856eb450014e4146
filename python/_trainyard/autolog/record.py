"""What autolog puts into the journal, and how much of it."""

from __future__ import annotations

from ..client import log, write_params
from ..session import session
from .plain import number, plain, plain_parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

# Of so many fits parameters and curves are kept, then only single numbers, then nothing.
MOST_DETAILED_OF_A_KIND = 20
MOST_FITS = 1000
MOST_RESULTS = 10_000
LONGEST_CURVE = 100_000


class Fit:
    """One call that trains something.

    :ivar label: what its parameters are called by: ``SVC``, then ``SVC-2``
    :ivar prefix: what stands before the library's own names of its metrics: nothing for the first training of the process
    :ivar step: how many fits of the same kind there were before
    """

    def __init__(self, kind: str, library: str) -> None:
        self.kind = kind
        self.library = library
        self.step = _counts.get(kind, 0)
        _counts[kind] = self.step + 1
        self.label = kind if self.step == 0 else "%s-%d" % (kind, self.step + 1)
        self.prefix = ""
        self.detailed = self.step < MOST_DETAILED_OF_A_KIND

    def has_curves(self) -> None:
        """Its metrics go by the library's own names; only those of a later training have the label before them."""
        global _first
        if _first is None:
            _first = self
        self.prefix = "" if _first is self else self.label + "/"

    def parameters(self, values: Mapping[Any, Any], classes: Optional[Mapping[str, Any]] = None) -> None:
        """All of the first fit of a kind; of a later one, those that differ from the first one's.

        :param classes: by the names of all parameters, also of those that are not given, the class of each; those of a part
            are called `part__name`. All that is given of a part of another class is kept, and nothing of the part that is gone.
        """
        if not self.detailed:
            return
        given = plain_parameters(values)
        first, first_classes = _first_parameters.setdefault(self.kind, (given, classes))
        if first is not given:
            given = {
                name: given.get(name)
                for name in {**first, **given}
                if (classes is None or name in classes)
                and (_differs(first.get(name), given.get(name)) or _of_other_part(name, first_classes, classes))
            }
        write_params(self.library, {"%s.%s" % (self.label, name): value for name, value in given.items()}, quietly=True)

    def chosen(self, values: Mapping[Any, Any]) -> None:
        """Parameters that a search found to be the best."""
        if self.detailed:
            found = {"%s.best_params.%s" % (self.label, name): plain(value) for name, value in values.items()}
            write_params(self.library, found, quietly=True)

    def metrics(self, values: Mapping[str, Any], step: Optional[int]) -> None:
        """Metrics by the library's own names; what is not one number is left out."""
        if self.detailed:
            results({self.prefix + name: value for name, value in values.items()}, step)

    def curve(self, name: str, values: Iterable[Any]) -> None:
        if not self.detailed:
            return
        for step, value in enumerate(values):
            if step >= LONGEST_CURVE:
                break
            results({name: value}, step)


_counts: Dict[str, int] = {}
_first_parameters: Dict[str, Tuple[Dict[str, Any], Optional[Mapping[str, Any]]]] = {}
_first: Optional[Fit] = None
_fits = 0
_single_results = 0


def begin(kind: str, library: str) -> Optional[Fit]:
    """A fit that is going to be recorded; None where there have been too many."""
    global _fits
    if _fits >= MOST_FITS:
        _full()
        return None
    _fits += 1
    return Fit(kind, library)


def results(values: Mapping[str, Any], step: Optional[int] = None) -> None:
    found = {}
    for name, value in values.items():
        one = number(value)
        if one is not None:
            found[name] = one
    if found:
        log(found, step=step)


def single_result(name: str, value: Any, step: Optional[int]) -> None:
    """The outcome of one call of the script's, which may make very many."""
    global _single_results
    if number(value) is None:
        return
    if _single_results >= MOST_RESULTS:
        _full()
        return
    _single_results += 1
    results({name: value}, step)


def _full() -> None:
    session.warn("autolog-full", quietly=True, fits=MOST_FITS, results=MOST_RESULTS)


def _of_other_part(name: str, first: Optional[Mapping[str, Any]], later: Optional[Mapping[str, Any]]) -> bool:
    part = name.rpartition("__")[0]
    return bool(part and first and later and first.get(part) is not later.get(part))


def _differs(first: Any, later: Any) -> bool:
    return type(first) is not type(later) or repr(first) != repr(later)
