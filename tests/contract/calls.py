"""What the fake makes of a case, short of drawing anything."""

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.targets.addresses import encode_body
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.payload import parse_json
from imagen_fake.predict import Target, understand
from imagen_fake.surfaces import dialect


def call_of(case: Case) -> Call:
    """The call a case makes; of a project without special rights where that is the point."""
    restricted = case.violation is not None and case.violation.keyword == "x-restricted"
    body = imagen_body(case) if case.surface in DIALECTS else case.body
    return understand(target(case), encode_body(body), Config(allowlisted=not restricted))


def target(case: Case) -> Target:
    """Whom a case asks; other dialects ask Vertex AI."""
    surface = "vertex" if case.surface in DIALECTS else case.surface
    resource = f"publishers/google/models/{case.model}"
    return Target(spec.surface(surface), resource, version="v1")


def imagen_body(case: Case) -> object:
    """What a body in another dialect stands for."""
    asked = dialect.parse_request(
        parse_json(encode_body(case.body)), [spec.surface(case.surface)], strict=False
    )
    model = spec.model(case.model)
    assert model
    return dialect.imagen_body(asked, model, spec.surface("vertex"))


def operation_id(operation: Operation) -> str:
    """A form as a test's name shows it."""
    return f"{operation.surface}-{operation.model}-{operation.task}"


def is_alias(operation: Operation) -> bool:
    """Whether the model only stands for another."""
    return "aliasOf" in spec.read(f"models/{operation.model}.json")
