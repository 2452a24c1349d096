"""Which task a body asks its model for, and what it takes to ask for another."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, placed, plain, value_at
from imagen_fake.contract.bodies.form import Form, Path
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.pipeline.normalize import fold_key
from imagen_fake.predict import choose


def asks(form: Form, body: Any) -> bool:
    """Whether the body asks its model for the task of the form."""
    model = spec.model(form.model)
    if form.surface in DIALECTS or model is None:
        return True
    return choose(model, body) == form.task


def asked_in_turn(form: Form, body: Any) -> Iterator[Any]:
    """The body, then with each group of fields that may ask for its task."""
    yield body
    model = spec.model(form.model)
    groups = spec.task_selectors(model, form.task) if model and form.surface not in DIALECTS else []
    for group in groups:
        wanted = body
        for place, value in _settings(form, body, group):
            if _takes_fields(wanted, place[:-1]):
                wanted = placed(form, wanted, place, value)
        yield wanted


def asked(form: Form, body: Any) -> Any:
    """The body, with the fields that ask for its task where they are missing."""
    return next((one for one in asked_in_turn(form, body) if asks(form, one)), body)


def _takes_fields(body: Any, path: Path) -> bool:
    """Whether an object is at a place, or may be put there."""
    there = value_at(body, path)
    missing = isinstance(body, Mapping) and there is ABSENT and len(path) == 1
    return missing or isinstance(there, Mapping)


def imagen_body(form: Form, body: Any) -> Any:
    """What a body in a dialect asks of Imagen, as far as rules join it: values by their fields."""
    made: Any = {"instances": [{"prompt": body["prompt"]}], "parameters": {}}
    for name, schema in form.document["properties"].items():
        value = body.get(name, schema.get("default", ABSENT))
        if "x-parameter" in schema and value is not ABSENT and "x-nearest" not in schema:
            place = ("parameters", *schema["x-parameter"].split("."))
            behind = Form(form.model, form.task, "vertex")
            made = placed(behind, made, place, schema.get("x-values", {}).get(value, value))
    return made


def _settings(form: Form, body: Any, group: list[str]) -> Iterator[tuple[Path, Any]]:
    """Where a group's fields stand, and the value that each shall have."""
    for part in (("instances", 0), ("parameters",)):
        for name, schema in form.at(part).get("properties", {}).items():
            path = (*part, name)
            if fold_key(name) in group and value_at(body, path) is ABSENT:
                yield path, plain(form, path)
            for choice in form.resolved(schema).get("enum", ()):
                if f"{fold_key(name)}={fold_key(choice)}" in group:
                    yield path, choice
