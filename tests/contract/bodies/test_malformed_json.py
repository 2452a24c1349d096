"""Bodies that are no JSON: what is sent, and whether the wrong complaint is noticed."""

from imagen_fake import spec
from imagen_fake.contract.bodies.malformed_json import PROBLEMS, malformed_json_cases
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.targets.addresses import encode_body
from tests.contract.sample_cases import ask, differences
from tests.sweep import sweep

ALL = list(malformed_json_cases())


def test_there_is_a_body_for_each_problem_that_has_words() -> None:
    table = spec.read("errors.json")["jsonProblems"]
    assert PROBLEMS.keys() == {name for name in table if not name.startswith("x-")}


@sweep("case", ALL, ids=lambda case: case.name)
def test_the_fake_refuses_each_for_what_is_wrong_with_it(case: Case) -> None:
    exchange = ask(case)
    assert exchange.request.body == encode_body(case.body) == case.body
    assert differences(exchange) == []
