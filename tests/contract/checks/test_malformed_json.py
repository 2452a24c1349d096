"""The check of what is said of bodies that are no JSON."""

from imagen_fake import spec
from imagen_fake.contract.bodies.malformed_json import json_problem, malformed_json_cases
from tests.contract.sample_cases import TOO_MANY, ask, differences, with_response

ALL = list(malformed_json_cases())


def test_the_words_of_another_problem_are_noticed() -> None:
    case = next(one for one in ALL if json_problem(one))
    exchange = ask(case)
    other = spec.read("errors.json")["jsonProblems"]["comma"].encode()
    body = exchange.response.body.replace(json_problem(case).encode(), other)
    differing = differences(with_response(exchange, 400, body))
    assert [one.check for one in differing] == ["payload"]
    assert differing[0].fact.pointer == "errors.json#/jsonProblems"


def test_a_body_that_is_json_has_no_problem() -> None:
    assert json_problem(TOO_MANY) == ""
    assert differences(ask(TOO_MANY)) == []
