"""Ways to spoil an answer: each changes one thing and leaves the rest."""

import json

import pytest

from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.mutants.response_mutators import MUTATORS, only_if_body_has, parameters
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


def test_parameters_are_changed_before_the_request_is_answered() -> None:
    bodies: list[bytes] = []

    def ask(request: Request) -> Response:
        bodies.append(request.body)
        return Response(200, (), b"{}")

    mutator = parameters(lambda params: params.update(seed=1))
    mutator(ask, Request("POST", "https://host.example", body=b'{"parameters": {"seed": 2}}'))
    assert json.loads(bodies[0]) == {"parameters": {"seed": 1}}


def test_a_warp_may_be_for_some_requests_alone() -> None:
    mutator = only_if_body_has(b"marked", lambda _ask, _request: Response(500, (), b""))
    statuses = [
        mutator(
            lambda _: Response(200, (), b""), Request("POST", "https://h.example", body=body)
        ).status
        for body in (b"plain", b"marked")
    ]
    assert statuses == [200, 500]
