"""Cases that no JSON Schema refuses: pictures that are none, or that there must be.

`errors.json` has the error of each; nothing else shows that these rules hold.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import delete_value, get_value, set_value
from imagen_fake.contract.bodies.fact_coverage import violation_facts
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.invalid_bodies import body_with_field
from imagen_fake.contract.bodies.operation import Operation, Path, format_path
from imagen_fake.contract.bodies.repair import REFERENCES, raw_type
from imagen_fake.contract.exchange import Case, Violation
from imagen_fake.contract.facts.facts import DIALECTS, Steps

OVERSIZED = (1200, 1200)
"""A size in pixels that is too large once it is upscaled by four."""

MISSING_BUCKET = "gs://imagen-fake-contract-missing"
MISSING_OBJECT = f"{MISSING_BUCKET}/apple.png"


def semantic_cases(operation: Operation, minimal: Any) -> Iterator[Case]:
    """The cases of an operation that are refused though its schema accepts them."""
    if operation.surface in DIALECTS:
        return
    for field in fields(operation):
        if "x-formats" in field.schema and not field.conditions:
            yield from _picture_cases(operation, body_with_field(operation, minimal, field), field)
    if operation.task in TASK_RULES:
        for path, body, error in TASK_RULES[operation.task](operation, minimal):
            violation = Violation("semantics", format_path(path), error)
            yield _semantic_case(operation, error, violation, body, ("title",))


def with_control_map(operation: Operation, body: Any) -> Iterator[Any]:
    """The body with a control map before its other references, where an operation takes one."""
    path: Path = (*REFERENCES, 0, "controlImageConfig")
    for field in fields(operation):
        if field.path == path and not field.conditions:
            controlled = body_with_field(operation, body, field)
            if get_value(controlled, path) is not get_value(body, path):
                yield controlled


def _picture_cases(operation: Operation, body: Any, field: Field) -> Iterator[Case]:
    """Bad pictures, missing objects, two sources, and for one model of a task one too large."""

    def case(keyword: str, error: str, media: Any, steps: Steps, *inner: str) -> Case:
        violation = Violation(keyword, format_path((*field.path, *inner)), error)
        sent = set_value(operation, body, field.path, media)
        return _semantic_case(operation, keyword, violation, sent, (*field.steps, *steps))

    for name, fault in pictures.FAULTS.items():
        yield case(name, fault.error, {"bytesBase64Encoded": fault.text()}, ("x-formats",))
    uri = ("properties", "gcsUri")
    missing = {"gcsUri": MISSING_OBJECT}
    yield case("storage", "storage_missing_bucket", missing, uri, "gcsUri")
    bucket = {"gcsUri": MISSING_BUCKET}
    yield case("pattern", "storage_bad_uri", bucket, (*uri, "pattern"), "gcsUri")
    if operation.model == _first_model(operation.task):
        heavy = pictures.oversized_file(field.schema["x-max-bytes"]["value"])
        media = {"bytesBase64Encoded": heavy}
        yield case("x-max-bytes", "picture_too_large", media, ("x-max-bytes",))
    both = {**pictures.media(), "gcsUri": MISSING_OBJECT}
    yield case("twice", "picture_twice", both, ("oneOf",))


def _first_model(task: str) -> str:
    """The first model of a task, aliases followed: one of each task is enough for large files."""
    candidates = map(spec.model, spec.model_ids())
    return next(model.id for model in candidates if model and task in model.tasks)


def _semantic_case(
    operation: Operation, name: str, violation: Violation, body: Any, steps: Steps
) -> Case:
    facts = violation_facts(operation, steps, violation)
    return operation.case(f"{name} at {violation.path}", body, violation, facts)


def _customize(operation: Operation, minimal: Any) -> Iterator[tuple[Path, Any, str]]:
    """A computed control map without a picture to compute it from."""
    for controlled in with_control_map(operation, minimal):
        picture = (*REFERENCES, 0, "referenceImage")
        types = operation.schema_at((*REFERENCES, 0, "referenceType"))["enum"]
        if raw_type(operation) in types:
            yield picture, delete_value(controlled, picture), "picture_missing"


def _upscale(operation: Operation, minimal: Any) -> Iterator[tuple[Path, Any, str]]:
    """Neither a factor nor a size, and more pixels than are made."""
    factor: Path = ("parameters", "upscaleConfig", "upscaleFactor")
    image: Path = ("instances", 0, "image")
    yield factor, delete_value(minimal, factor), "image_size_default"
    largest = operation.schema_at(factor)["enum"][-1]
    body = set_value(operation, minimal, factor, largest)
    media = pictures.media(size=OVERSIZED)
    yield image, set_value(operation, body, image, media), "upscale_too_large"


TaskRule = Callable[[Operation, Any], Iterator[tuple[Path, Any, str]]]
"""The place, the body and the error of each case that a task refuses though its schema does not."""

TASK_RULES: Mapping[str, TaskRule] = {"customize": _customize, "upscale": _upscale}
