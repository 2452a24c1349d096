"""What a test expects of a call, and how a call differs from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Protocol, TypeVar

from imagen_fake import spec
from imagen_fake.json_tree import objects
from imagen_fake.pipeline.normalize import fold_key

CALL_FIELDS = ("surface", "model", "task", "prompt", "status", "project", "method", "path")
"""Fields of a call that can be expected, beside its parameters."""

MAX_LINES = 20
"""How many calls are listed, the last ones."""


class RecordedCall(Protocol):
    """A call as it was recorded, in this process or by a server."""

    @property
    def number(self) -> int:
        """From 1, in order."""

    @property
    def surface(self) -> str:
        """The surface; empty if no route matched."""

    @property
    def model(self) -> str:
        """The id of the model."""

    @property
    def task(self) -> str | None:
        """The task; None if the request was invalid."""

    @property
    def prompt(self) -> str:
        """The prompt."""

    @property
    def project(self) -> str:
        """The project; empty without one."""

    @property
    def path(self) -> str:
        """The path."""

    @property
    def status(self) -> int:
        """The status of the answer."""

    @property
    def instance(self) -> Mapping[str, Any]:
        """The instance in canonical spelling."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters in canonical spelling, with defaults."""


CallT = TypeVar("CallT", bound=RecordedCall)

Expected = Mapping[str, Any]
"""Values by the names of `CALL_FIELDS`, or of fields of the instance and parameters."""


class _Missing:
    """What stands for a value that was not sent; nothing that can be expected is equal to it."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


def is_like(called: RecordedCall, expected: Expected) -> bool:
    """Whether a call is what is expected."""
    return not any(differences(called, expected))


def differences(called: RecordedCall, expected: Expected) -> Iterator[str]:
    """How a call differs from what is expected, a line each.

    Fields may be named as on the wire or with underscores; of an object only what is expected
    counts.
    """
    named = {fold_key(name): name for name in (*called.instance, *called.parameters)}
    for name, value in expected.items():
        own = name if name in CALL_FIELDS else named.get(fold_key(name), name)
        yield from _mismatches(own, value, _value(called, own))


def require_names(names: Iterable[str]) -> None:
    """Raise TypeError for what is no field of any call: nothing would ever be like that."""
    for problem in unknown_names(names):
        raise TypeError(problem)


def unknown_names(names: Iterable[str]) -> Iterator[str]:
    """What is wrong with names that are no field of any call, a line each."""
    for name in names:
        if name not in CALL_FIELDS and fold_key(name) not in _fields():
            near = get_close_matches(name, [*CALL_FIELDS, *_fields().values()], n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            yield f"no call has a field {name!r}{hint}"


def describe(calls: Sequence[RecordedCall]) -> Iterator[str]:
    """The last calls, a line each."""
    for called in calls[-MAX_LINES:]:
        call = f"{called.task or called.path} {called.prompt[:60]!r}"
        yield f"  {called.number}. {called.surface} {called.model}: {call} -> {called.status}"


def nearest(calls: Collection[CallT], expected: Expected) -> tuple[CallT, list[str]]:
    """The first call with the fewest differences, and those. Raises ValueError without calls."""
    compared = [(called, list(differences(called, expected))) for called in calls]
    return min(compared, key=lambda one: len(one[1]))


@cache
def _fields() -> Mapping[str, str]:
    """The fields of all requests by their folded names."""
    models = filter(None, map(spec.model, spec.model_ids()))
    tasks = {task for model in models for task in model.tasks}
    return {
        fold_key(name): name
        for task in sorted(tasks)
        for path, properties in objects(spec.task_schema(task))
        if path[-1:] == ("properties",)
        for name in properties
    }


def _value(called: RecordedCall, name: str) -> Any:
    if name in CALL_FIELDS:
        return getattr(called, name)
    return called.parameters.get(name, called.instance.get(name, MISSING))


def _mismatches(name: str, expected: Any, actual: Any) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key, value in expected.items():
            yield from _mismatches(f"{name}.{key}", value, actual.get(key, MISSING))
    elif not _equal(expected, actual):
        yield f"{name}: expected {expected!r}, was {actual!r}"


def _equal(expected: Any, actual: Any) -> bool:
    """Whether two values are the same in JSON, where `true` is not 1."""
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_equal, expected, actual))
    if bool in (kinds := {type(expected), type(actual)}) and kinds & {int, float}:
        return False
    return actual is not MISSING and bool(expected == actual)
