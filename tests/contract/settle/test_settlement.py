"""Which facts observations settle."""

import pytest

from imagen_fake.contract.settle.settlement import claims_of, settlements
from tests.contract.settle.observing import (
    EMPTY,
    ENTRY,
    TOO_FEW,
    TOO_MANY,
    observation,
    probes,
    settled,
    with_message,
)
from tests.contract.settle.stages import MODEL

ERROR = "errors.json#/errors/sample_count"
COUNT = "tasks/try_on.json#/$defs/parameters/properties/sampleCount"


def test_a_refusal_as_expected_confirms_its_error() -> None:
    assert settled(ERROR, observation(TOO_MANY)).outcome == "confirmed"


def test_one_answer_that_differs_contradicts_whatever_the_others_say() -> None:
    other = with_message(TOO_FEW, lambda text: text.replace("Invalid", "Bad"))
    assert settled(ERROR, observation(TOO_MANY), other).outcome == "contradicted"


def test_nothing_is_reached_without_an_answer() -> None:
    assert {one.outcome for one in settlements([], probes())} == {"not reached"}


def test_a_fact_of_several_parts_is_confirmed_when_each_was_seen() -> None:
    some = (observation(TOO_MANY), observation(TOO_FEW))
    part = settled(COUNT, *some)
    assert (part.outcome, part.missing) == ("in part", 2)
    whole = settled(COUNT, *some, observation("plain"),
                    observation('type of sampleCount broken by "text"'))  # fmt: skip
    assert (whole.outcome, whole.missing) == ("confirmed", 0)


def test_a_list_of_values_is_confirmed_by_all_of_them_alone() -> None:
    formats = "tasks/try_on.json#/$defs/media/x-formats"
    one = settled(formats, observation("instances[0].personImage.image=PNG"))
    two = settled(formats, observation("instances[0].personImage.image=PNG"), observation(EMPTY))
    assert (one.outcome, two.outcome) == ("in part", "in part")
    assert one.missing == two.missing + 1 > 10


def test_another_status_of_one_error_contradicts_that_error_and_not_the_table_of_statuses() -> None:
    other = with_message(EMPTY, str, code=422)
    pointers = {
        one.fact.pointer for one in settlements([other], probes()) if one.outcome == "contradicted"
    }
    assert pointers == {"errors.json#/errors/picture_empty"}


@pytest.mark.parametrize("name", ["quota", "filteredReason", "versionId", "lifeCycle/vertex"])
def test_every_fact_of_the_model_is_listed_reachable_or_not(name: str) -> None:
    assert f"models/{MODEL}.json#/{name}" in claims_of(probes().values())


def test_other_models_and_whole_files_are_not() -> None:
    pointers = [one.fact.pointer for one in settlements([observation("plain")], probes())]
    assert not [one for one in pointers if one.endswith("#")]
    assert {one for one in pointers if one.startswith("models/")} == {
        one for one in pointers if one.startswith(f"models/{MODEL}.json")
    }


def test_answers_about_the_caller_settle_nothing() -> None:
    denied = with_message(TOO_MANY, lambda _: "Denied.", status="PERMISSION_DENIED", code=403)
    entry = observation(ENTRY, lambda body: body.clear(), 403)
    assert {one.outcome for one in settlements([denied, entry], probes())} == {"not reached"}
