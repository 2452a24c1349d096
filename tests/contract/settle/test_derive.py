"""Values that answers tell instead of those of a fact."""

from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.contract.settle.derive import derive
from imagen_fake.contract.settle.errors import DerivationError
from imagen_fake.contract.settle.observation import Observation
from tests.contract.settle.observing import (
    ENTRY,
    TOO_FEW,
    TOO_MANY,
    observation,
    settled,
    with_message,
)
from tests.contract.settle.stages import MODEL

ENTRY_FACT = f"models/{MODEL}.json#"
COUNT = "tasks/try_on.json#/$defs/parameters/properties/sampleCount"
HEADERS = "surfaces/vertex.json#/headers"
SAFETY = "tasks/generate.json#/$defs/parameters/properties/safetySetting"


def derived(pointer: str, *observations: Observation) -> dict[str, Any]:
    """The new values, by what follows the fact's pointer; None: removed."""
    values = derive(settled(pointer, *observations), observations)
    changed = {**values.values, **dict.fromkeys(values.removed)}
    return {place.removeprefix(pointer): value for place, value in changed.items()}


def entry(**values: Any) -> Observation:
    return observation(ENTRY, lambda body: body.update(values))


def test_a_value_of_the_models_entry() -> None:
    assert derived(f"{ENTRY_FACT}/versionId", entry(versionId="002")) == {"/value": "002"}


def test_an_object_of_the_models_entry_changes_where_it_differs() -> None:
    old = spec.read(f"models/{MODEL}.json")["predictSchemata"]
    new = {"instanceSchemaUri": "gs://b/i.yaml", "parametersSchemaUri": old["parametersSchemaUri"]}
    assert derived(f"{ENTRY_FACT}/predictSchemata", entry(predictSchemata=new)) == {
        "/instanceSchemaUri": "gs://b/i.yaml",
        "/predictionSchemaUri": None,
    }


def test_a_limit_that_a_refusal_states() -> None:
    several = [with_message(one, lambda text: text.replace("1 to 4", "1 to 3"))
               for one in (TOO_MANY, TOO_FEW)]  # fmt: skip
    assert derived(COUNT, *several) == {"/maximum": 3}


def test_limits_that_refusals_state_otherwise_are_none() -> None:
    several = (with_message(TOO_MANY, lambda text: text.replace("1 to 4", "1 to 3")),
               with_message(TOO_FEW, lambda text: text.replace("1 to 4", "1 to 2")))  # fmt: skip
    with pytest.raises(DerivationError, match=r"it was '3', and '2'|it was '2', and '3'"):
        derived(COUNT, *several)


def refusal(message: str) -> Observation:
    """A refusal of a valid body: four pictures."""
    error = {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}
    return observation("sampleCount=4", lambda body: (body.clear(), body.update(error=error)), 400)


def test_a_limit_that_a_refusal_of_a_valid_body_states() -> None:
    failed = spec.task_schema("try_on")["x-failure"]["text"]
    stated = refusal(f"{failed}Invalid sampleCount, 4. {MODEL} supports 1 to 2.")
    assert derived(COUNT, stated) == {"/maximum": 2}


def test_a_refusal_that_states_no_limit_tells_none() -> None:
    failed = spec.task_schema("try_on")["x-failure"]["text"]
    with pytest.raises(DerivationError, match="'many' is no number"):
        derived(COUNT, refusal(f"{failed}Invalid sampleCount, 4. {MODEL} supports 1 to many."))


def test_a_body_that_is_answered_does_not_tell_where_the_limit_is() -> None:
    answered = observation(TOO_MANY, lambda body: (body.clear(), body.update(predictions=[])), 200)
    with pytest.raises(DerivationError, match="status: expected refused with sample_count"):
        derived(COUNT, answered)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"server": "ESF"}, ["server", "ESF"]), ({"server": ""}, None),
     ({"x-frame-options": "DENY"}, ["x-frame-options", "DENY"])],
)  # fmt: skip
def test_a_header_of_every_answer(headers: dict[str, str], expected: list[str] | None) -> None:
    several = [observation(one, headers=headers) for one in (TOO_MANY, "plain")]
    old = spec.surface("vertex").facts["headers"]["value"]
    (name,) = headers
    new = [expected if one[0] == name else one for one in old]
    assert derived(HEADERS, *several) == {"/value": [one for one in new if one]}


def test_a_header_of_some_answers_is_none() -> None:
    several = [observation(TOO_MANY, headers={"server": "ESF"}), observation("plain")]
    with pytest.raises(DerivationError, match="it was"):
        derived(HEADERS, *several)


def test_what_is_seen_is_said_where_no_value_follows() -> None:
    shape = observation("plain", lambda body: body.update(extra=1))
    (pointer,) = {one.fact.pointer for one in shape.differences}
    with pytest.raises(DerivationError, match="shape: expected"):
        derived(pointer, shape)
