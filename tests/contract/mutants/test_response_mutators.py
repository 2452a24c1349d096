"""Ways to spoil an answer: each changes one thing and leaves the rest."""

import json

import pytest

from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.mutants.response_mutators import MUTATORS
from tests.contract.sample_cases import PLAIN, TOO_MANY, edit_case, fake, picture_cases
from tests.sweep import sweep


def mutated(name: str, request: Request) -> Response:
    return MUTATORS[name](fake().ask, request)


REFUSED = {"refused with 500", "a flat error", "a list of errors", "a code as a text"}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_warp_of_refusals_leaves_answers(name: str) -> None:
    request = fake().request(PLAIN)
    assert mutated(name, request).body == fake().ask(request).body
    assert mutated(name, request).status == 200


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_warp_of_refusals_changes_them(name: str) -> None:
    request = fake().request(TOO_MANY)
    assert mutated(name, request) != fake().ask(request)


@sweep("name", sorted(set(MUTATORS)))
def test_every_warp_bears_a_body_that_is_no_json(name: str) -> None:
    request = Request("POST", fake().request(TOO_MANY).url, body=b"{broken")
    assert mutated(name, request).status in {400, 500}


def test_a_picture_less_leaves_one_of_two() -> None:
    body = json.loads(mutated("a picture less", fake().request(PLAIN)).body)
    assert len(body["predictions"]) == 1


def test_an_edit_that_edits_nothing_gives_the_picture_back() -> None:
    case = edit_case()
    params = case.body["instances"][0]["referenceImages"][0]["referenceImage"]
    body = json.loads(mutated("nothing is edited", fake().request(case)).body)
    assert body["predictions"][0]["bytesBase64Encoded"] == params["bytesBase64Encoded"]


def test_texts_differ_with_the_request() -> None:
    caption = next(case for case in picture_cases() if case.task == "caption")
    request = fake().request(caption)
    body = json.loads(mutated("captions of requests", request).body)
    assert all(str(len(request.body)) in text for text in body["predictions"])
