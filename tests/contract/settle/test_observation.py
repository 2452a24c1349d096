"""What recordings show."""

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest

from imagen_fake.contract.bodies.pictures import media
from imagen_fake.contract.cassettes.cassette import Cassette
from imagen_fake.contract.cassettes.provenance import provenance_of
from imagen_fake.contract.cassettes.recorder import cassette
from imagen_fake.contract.exchange import Difference, Fact, Response
from imagen_fake.contract.settle.observation import Observation, ignored, models_of, observe
from tests.contract.settle.observing import (
    ENTRY,
    SOURCE,
    TOO_FEW,
    TOO_MANY,
    answer,
    observation,
    probe,
    probes,
    with_message,
)
from tests.contract.settle.stages import MODEL

MARKS = "tables/image_metadata.json#/try_on/image~1png"


def recording(label: str, *findings: Difference) -> Cassette:
    exchange = answer(label)
    provenance = provenance_of(exchange.case, findings, "vertex", str)
    return cassette("one", exchange.request, exchange.response, provenance)


@pytest.mark.parametrize("label", [TOO_MANY, ENTRY, "plain", "no JSON: comma"])
def test_a_recording_of_what_the_facts_say_differs_in_nothing(label: str) -> None:
    seen = observe(recording(label), SOURCE, probes())
    assert seen.differences == ()
    assert seen.confirmed == answer(label).case.facts


def test_an_answer_is_checked_anew() -> None:
    ((request, response),) = recording(TOO_MANY).interactions
    other = replace(recording(TOO_MANY), interactions=((request, replace(response, status=422)),))
    assert [one.check for one in observe(other, SOURCE, probes()).differences] == [
        "status", "canonical",
    ]  # fmt: skip


def test_what_a_placeholder_cannot_show_is_taken_from_the_run() -> None:
    finding = Difference("metadata", Fact(MARKS, "assumed"), "Made with Google AI", "none")
    seen = observe(recording("plain", finding), SOURCE, probes())
    assert [(one.fact.pointer, one.observed) for one in seen.differences] == [(MARKS, "none")]
    assert MARKS not in seen.confirmed


def test_a_valid_case_has_the_body_that_was_sent() -> None:
    ((request, response),) = recording("plain").interactions
    body = json.loads(request.body)
    body["instances"][0]["personImage"]["image"] = media(size=(96, 64))
    wide = replace(request, body=json.dumps(body).encode())
    other = replace(recording("plain"), interactions=((wide, response),))
    (difference,) = observe(other, SOURCE, probes()).differences
    assert (difference.check, difference.expected, difference.observed) == (
        "size", "96x64", "64x64",
    )  # fmt: skip


def test_a_case_that_is_no_more_is_none() -> None:
    unknown = replace(recording(TOO_MANY).provenance, case="a case of another version")
    with pytest.raises(KeyError):
        observe(replace(recording(TOO_MANY), provenance=unknown), SOURCE, probes())


def test_models_are_those_that_requests_name() -> None:
    listed = [recording(TOO_MANY), recording(ENTRY), recording("plain")]
    assert list(models_of(listed)) == [MODEL]
    elsewhere = replace(answer("plain").request, url="https://host.example/v1/else")
    nothing = Cassette("none", listed[0].provenance, ((elsewhere, Response(404, (), b"")),))
    assert list(models_of([nothing])) == []


def test_answers_about_the_caller_are_counted_and_told_from_those_about_the_body() -> None:
    denied = with_message(TOO_MANY, lambda _: "Denied.", status="PERMISSION_DENIED", code=403)
    broken = with_message(TOO_FEW, lambda _: "Sorry.", status="INTERNAL", code=500)
    rejected = observation(next(name for name in probes() if name.endswith(": an unknown model")))
    assert [one.is_about_the_caller for one in (denied, broken, rejected)] == [True, True, False]
    assert list(ignored([denied, broken, rejected])) == [
        "2 answers of status 403, 500 settle nothing, such as: Denied."
    ]
    assert list(ignored([rejected])) == []


def test_a_credential_that_is_refused_is_about_itself() -> None:
    name = next(name for name in probes() if name.endswith(": token_invalid"))
    exchange = replace(answer(TOO_MANY), case=probes()[name].case)
    refused = replace(exchange, response=replace(exchange.response, status=401))
    assert not Observation(refused, ()).is_about_the_caller


@pytest.mark.parametrize("finding", [{}, {"check": "metadata"}, {"check": "metadata", "fact": "x#",
                                     "grade": "", "expected": "", "observed": ""}])  # fmt: skip
def test_what_is_no_finding_is_passed_over(finding: dict[str, str]) -> None:
    plain = recording("plain")
    odd = replace(plain, provenance=replace(plain.provenance, findings=(finding,)))
    assert observe(odd, SOURCE, probes()).differences == ()


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        "[]",
        "{}",
        '{"instances": 5, "parameters": {}}',
        '{"instances": [{"personImage": 1, "productImages": []}], "parameters": {}}',
    ],
)
def test_a_recording_of_another_body_is_refused(body: str) -> None:
    ((request, response),) = recording("plain").interactions
    other = replace(
        recording("plain"), interactions=((replace(request, body=body.encode()), response),)
    )
    with pytest.raises(ValueError, match="another body was sent"):
        observe(other, SOURCE, probes())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("allow_all", "allow_all"), ("allow REDACTED", "allow_all"), ("allow_adult", None)],
)
def test_another_text_is_another_body_unless_a_secret_stood_in_it(
    sent: str, expected: str | None
) -> None:
    plain = probe("plain")
    body = {**plain.case.body, "parameters": {"personGeneration": "allow_all"}}
    case = replace(plain.case, body=body)
    ((request, response),) = recording("plain").interactions
    body = {**json.loads(request.body), "parameters": {"personGeneration": sent}}
    request = replace(request, body=json.dumps(body).encode())
    one, named = (
        replace(recording("plain"), interactions=((request, response),)),
        {case.name: replace(plain, case=case)},
    )
    with nullcontext() if expected else pytest.raises(ValueError, match="another body was sent"):
        seen = observe(one, SOURCE, named).exchange.case.body
        assert seen["parameters"]["personGeneration"] == expected
