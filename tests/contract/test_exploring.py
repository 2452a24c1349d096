from dataclasses import dataclass, field

import pytest

from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.exploring import explore
from imagen_fake.contract.targets.targets import InProcessTarget, Kind
from tests.contract.known import fake

FORM = Form("imagetext@001", "caption", "vertex")


@dataclass
class Deaf:
    """The fake, but for one parameter that it never refuses; it notes what it is asked."""

    name: str = "deaf"
    kind: Kind = "inside"
    asked: list[bytes] = field(default_factory=list)

    def ask(self, request: Request) -> Response:
        self.asked.append(request.body)
        answer = fake().ask(request)
        if b"sampleCount, " in answer.body:
            return Response(200, answer.headers, b"{}\n")
        return answer

    def request(self, case: Case) -> Request:
        return fake().request(case)


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_differs_of_the_fake(seed: int) -> None:
    several = [form for form in forms() if form.task in {"generate", "caption", "upscale"}][::6]
    result = explore(fake(), several, seed, 4)
    assert result.findings == ()
    assert result.asked >= 2 * 4 * len(several)


def test_what_differs_is_shrunk_to_a_readable_body() -> None:
    result = explore(Deaf(), [FORM], 0, 60)
    [finding] = {one.case.name: one for one in result.findings}.values()
    assert finding.difference.check == "status"
    assert finding.difference.fact.pointer.split("/")[-2] == "sampleCount"
    [instance] = finding.case.body["instances"]
    assert set(instance) == {"image"}
    assert set(finding.case.body["parameters"]) == {"sampleCount"}


def test_a_seed_asks_the_same_bodies_again_and_another_one_others() -> None:
    first, again, other = Deaf(), Deaf(), Deaf()
    for target, seed in ((first, 1), (again, 1), (other, 2)):
        explore(target, [FORM], seed, 5)
    assert first.asked == again.asked
    assert first.asked != other.asked


def test_without_examples_nothing_is_asked() -> None:
    target = InProcessTarget()
    try:
        assert explore(target, [FORM], 0, 0).asked == 0
    finally:
        target.close()
