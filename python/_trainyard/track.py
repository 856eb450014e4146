"""Makes a run of each call of a function."""

from __future__ import annotations

from . import client, load
from . import current as place
from .runs import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, TypeVar, overload

    Function = TypeVar("Function", bound=Callable[..., Any])
else:

    def overload(function):
        return function


@overload
def track(function: Function, /) -> Function: ...


@overload
def track(
    *,
    name: Optional[str] = None,
    experiment: Optional[str] = None,
    group: Optional[str] = None,
    params: bool = True,
) -> Callable[[Function], Function]: ...


def track(
    function: Optional[Any] = None,
    /,
    *,
    name: Optional[str] = None,
    experiment: Optional[str] = None,
    group: Optional[str] = None,
    params: bool = True,
) -> Any:
    """Makes a run of each call of a function, named after it: ``@track`` or ``@track(group="folds")``.

    Works for functions, coroutines, generators and asynchronous generators. Of a generator, what is logged between two values
    belongs to the run; what its user does meanwhile does not.

    :param params: whether the arguments are the run's parameters
    """
    if function is None:
        return lambda given: track_with(given, name, experiment, group, params)
    return track_with(function, name, experiment, group, params)


def track_with(
    function: Any, name: Optional[str], experiment: Optional[str], group: Optional[str], params: bool
) -> Any:
    import functools
    import inspect

    def begin(given: Any, named: Any) -> Run:
        begun = Run(name or function.__name__, experiment=experiment, group=group)
        if params:
            to = begun._open()
            client.attempt(
                "track", to, lambda: client.write_params("arguments", _bound(function, given, named), True, to)
            )
        return begun

    wrapper: Any
    if inspect.isasyncgenfunction(function):

        @functools.wraps(function)
        async def wrapper(*given: Any, **named: Any) -> Any:
            steps = _Steps(begin(given, named))
            made = function(*given, **named)
            sent, send = None, made.asend
            while True:
                with steps:
                    try:
                        value = await send(sent)
                    except StopAsyncIteration:
                        steps.end(None)
                        return
                try:
                    sent, send = (yield value), made.asend
                except GeneratorExit:
                    with steps:
                        await made.aclose()
                    steps.end(None)
                    raise
                except BaseException as error:
                    sent, send = error, made.athrow

    elif inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def wrapper(*given: Any, **named: Any) -> Any:
            steps = _Steps(begin(given, named))
            made = function(*given, **named)
            sent, send = None, made.send
            while True:
                with steps:
                    try:
                        value = send(sent)
                    except StopIteration as end:
                        steps.end(None)
                        return end.value
                try:
                    sent, send = (yield value), made.send
                except GeneratorExit:
                    with steps:
                        made.close()
                    steps.end(None)
                    raise
                except BaseException as error:
                    sent, send = error, made.throw

    elif inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def wrapper(*given: Any, **named: Any) -> Any:
            with begin(given, named):
                return await function(*given, **named)

    else:

        @functools.wraps(function)
        def wrapper(*given: Any, **named: Any) -> Any:
            with begin(given, named):
                return function(*given, **named)

    return wrapper


class _Steps:
    """Makes a run current for as long as its generator runs, and ends it where that fails."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __enter__(self) -> None:
        session = self.run._open()
        session.open()
        self.before = place.enter(session)

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        place.leave(self.before)
        if error is not None:
            self.end(error)

    def end(self, error: Optional[BaseException]) -> None:
        self.run._end(error)


def _bound(function: Any, given: Any, named: Any) -> Dict[str, Any]:
    """The arguments by name, defaults included; of arrays and tables what they are, not what is in them."""
    import inspect

    bound = inspect.signature(function).bind(*given, **named)
    bound.apply_defaults()
    found = dict(bound.arguments)
    for parameter in list(inspect.signature(function).parameters.values()):
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            found.update(found.pop(parameter.name, {}))
    first = next(iter(found), None)
    if first in ("self", "cls"):
        del found[first]
    describe = load("variables").describe_argument
    return {key: describe(value) for key, value in found.items()}
