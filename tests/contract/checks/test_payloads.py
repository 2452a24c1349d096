"""The check of what is said of bodies that are no JSON."""

from imagen_fake import spec
from imagen_fake.contract.bodies.payloads import payloads, problem_of
from tests.contract.known import TOO_MANY, answering, ask, found

ALL = list(payloads())


def test_the_words_of_another_problem_are_noticed() -> None:
    case = next(one for one in ALL if problem_of(one))
    exchange = ask(case)
    other = spec.read("errors.json")["jsonProblems"]["comma"].encode()
    body = exchange.response.body.replace(problem_of(case).encode(), other)
    differing = found(answering(exchange, 400, body))
    assert [one.check for one in differing] == ["payload"]
    assert differing[0].fact.pointer == "errors.json#/jsonProblems"


def test_a_body_that_is_json_has_no_problem() -> None:
    assert problem_of(TOO_MANY) == ""
    assert found(ask(TOO_MANY)) == []
