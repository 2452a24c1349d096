"""Values of a field that are worth a case each: every choice, both bounds, the longest text."""

import json
from collections.abc import Iterator
from typing import Any

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import PROMPT, is_mask, plain
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.rules import of_kind

SHOWN = 40
"""How many characters of a value are shown."""

UNTRIED = ("bytesBase64Encoded", "gcsUri", "model")
"""Texts that are no free choice: pictures are tried as a whole, and an object must be there."""

LONGEST_LIST = 5
"""Lists without a limit have this many items at most."""


def worth_trying(form: Form, field: Field) -> Iterator[tuple[str, Any]]:
    """Valid values of a field, the plainest first, each with what it is called.

    Whether a whole body is valid with one of them, its rules decide.
    """
    if "x-formats" in field.whole:
        yield from _pictures(form, field)
    else:
        for value in _values(form, field):
            yield in_short(value), value


def in_short(value: Any) -> str:
    """A value as JSON, cut off where it gets long."""
    spelled = json.dumps(value, ensure_ascii=False)
    return spelled if len(spelled) <= SHOWN else f"{spelled[:SHOWN]}… ({len(spelled)})"


def _values(form: Form, field: Field) -> Iterator[Any]:
    schema = field.whole
    if "enum" in schema:
        yield from schema["enum"]
        yield from schema.get("x-aliases") or ()
    elif schema.get("type") in ("integer", "number"):
        yield from _numbers(form, field)
    elif schema.get("type") == "boolean":
        yield from (True, False)
    elif schema.get("type") == "string":
        yield from _texts(form, field)
    elif schema.get("type") == "array":
        yield from _lists(form, field)
    else:
        yield plain(form, field.path)


def _pictures(form: Form, field: Field) -> Iterator[tuple[str, Any]]:
    """Every format and mode for the first picture of a form; one that is mislabelled for all."""
    masking = is_mask(field.path, None)
    first = next(one.path for one in fields(form) if "x-formats" in one.whole)
    for kind in field.whole["x-formats"]["value"] if field.path == first else ():
        yield kind, pictures.media(masking=masking, kind=kind)
    for mode in pictures.modes("PNG") if field.path == first else ():
        yield f"PNG in {mode}", pictures.media(mode=mode)
    yield "mislabelled", pictures.mislabelled(masking)


def _numbers(form: Form, field: Field) -> Iterator[Any]:
    bounds = [field.whole[name] for name in ("minimum", "maximum") if name in field.whole]
    yield from dict.fromkeys([*bounds, plain(form, field.path)])
    if field.whole["type"] == "number":
        yield sum(bounds) / 2 if len(bounds) == 2 else 1.5


def _texts(form: Form, field: Field) -> Iterator[Any]:
    if field.path[-1] in UNTRIED:
        return
    yield plain(form, field.path)
    if not {"pattern", "minLength"} & field.whole.keys():
        yield ""
    words = PROMPT.split()
    if "x-max-tokens" in field.whole:
        most = field.whole["x-max-tokens"]
        yield " ".join((words * most)[:most])
    if "maxLength" in field.whole:
        yield (f"{PROMPT} " * field.whole["maxLength"])[: field.whole["maxLength"] - 1] + "s"


def _lists(form: Form, field: Field) -> Iterator[Any]:
    first = plain(form, field.path)
    yield first
    item = of_kind(form, field.path, {})
    yield [item] * field.whole.get("maxItems", LONGEST_LIST)
