"""What becomes of the fields of a call of `:predict`: moved as far as the successor takes them."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.json_tree import merge, objects
from imagen_fake.migration.note import Note, facts
from imagen_fake.migration.successor import Successor
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.misplaced import move_misplaced
from imagen_fake.pipeline.normalize import normalize
from imagen_fake.pipeline.payload import Payload

Body = Mapping[str, Any]
EMPTY: tuple[Any, ...] = ({}, [], "", None)


def given(call: Call, payload: Payload) -> Mapping[str, Any]:
    """The fields that the caller gave, in canonical spelling; those of outputOptions with a dot."""
    schema = spec.request(call.model.id, call.task, call.surface.name).schema
    canonical, _ = normalize(move_misplaced(payload.body, schema)[0], schema, call.model.name)
    fields = {**(canonical.get("parameters") or {})}
    for name, value in (fields.pop("outputOptions", None) or {}).items():
        fields[f"outputOptions.{name}"] = value
    if canonical.get("labels"):
        fields["labels"] = canonical["labels"]
    return fields


def of_pictures(call: Call) -> Mapping[str, Any]:
    """What the instance says beside words and files: roles, masks, descriptions."""
    known = facts("fields")
    found = {
        name: value
        for path, part in objects(call.instance)
        for name, value in part.items()
        if name in known and value not in EMPTY and (name != "image" or not path)
    }
    found.pop("prompt", None)
    return found


def move(fields: Mapping[str, Any], successor: Successor, body: Body) -> tuple[Body, list[Note]]:
    """The body with the fields that the successor takes, and a note for each field."""
    notes = []
    for name, value in fields.items():
        fact = facts("fields")[name]
        if "idle" in fact and value in fact["idle"]:
            continue
        if "to" not in fact or "[]" in fact["to"]:
            notes.append(Note.of(name, fact, count=value))
            continue
        body, note = _moved(name, value, fact, successor, body)
        notes.append(note)
    return body, notes


def _moved(
    name: str, value: Any, fact: Mapping[str, Any], successor: Successor, body: Body
) -> tuple[Body, Note]:
    longer = merge(body, at_path(fact["to"], new_value(value, fact)))
    problem = refusal(longer, successor)
    if problem:
        return body, Note.lost(name, facts("refused")["text"].format(message=problem), fact)
    return longer, Note.of(name, fact)


def new_value(value: Any, fact: Mapping[str, Any]) -> Any:
    """A value in the words of the successor."""
    if "values" in fact:
        return fact["values"].get(value, value)
    if "means" not in fact:
        return value
    meanings = spec.meanings(spec.CONTENT, fact["means"])
    name = next((name for name, meaning in meanings.items() if meaning == value), value)
    if "categories" not in fact:
        return name
    return [{"category": category, "threshold": name} for category in fact["categories"]]


def refusal(body: Body, successor: Successor) -> str:
    """Why the successor refuses a body or a field of it has no effect; empty where it does not."""
    try:
        return " ".join(successor.understand(body).warnings)
    except ApiError as error:
        return str(status(error, successor.surface)["message"]).strip()


def absent(names: Mapping[str, Mapping[str, Any]]) -> Iterator[Note]:
    """A note for each field that is not there; its words are those that the text speaks of."""
    for name, words in names.items():
        yield Note.of(name, facts("fields")[name]["absent"], **words)


def at_path(path: str, value: Any) -> Body:
    """The value as an object that has it at a path with dots."""
    *around, last = path.split(".")
    found: Body = {last: value}
    for name in reversed(around):
        found = {name: found}
    return found
