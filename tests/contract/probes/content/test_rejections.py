"""Refusals with other violations, or none, are noticed."""

from imagen_fake.contract.probes.content.rejections import (
    content_refusal_probes,
    expect_violation,
    snake,
)
from tests.contract.probes.content.answering import asked, noticed, plain

VIOLATION = next(one for one in content_refusal_probes() if "unknown field in gen" in one.case.name)


def test_every_refusal_is_free() -> None:
    assert all(probe.case.violation for probe in content_refusal_probes())


def test_an_answer_in_place_of_a_refusal_is_noticed() -> None:
    for judged in VIOLATION.expectations:
        assert not noticed(judged, asked(VIOLATION))
        assert noticed(judged, plain())


def test_another_violation_is_noticed() -> None:
    other = expect_violation({"field": "contents", "description": "no"})
    assert noticed(other, asked(VIOLATION)) == {"message", "violations"}


def test_a_name_is_spelled_as_that_of_a_message() -> None:
    assert snake("aspectRatio") == "aspect_ratio"
