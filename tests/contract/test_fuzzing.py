from dataclasses import dataclass, field

from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.fuzzing import fuzz
from imagen_fake.contract.targets.target import Kind, Target
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.sample_cases import fake

CAPTION = Operation("imagetext@001", "caption", "vertex")


@dataclass
class Deaf(Target):
    """The fake, but for one parameter that it never refuses; it notes what it is asked."""

    name: str = "deaf"
    kind: Kind = "inside"
    bodies: list[bytes] = field(default_factory=list)

    def ask(self, request: Request) -> Response:
        self.bodies.append(request.body)
        answer = fake().ask(request)
        if b"sampleCount, " in answer.body:
            return Response(200, answer.headers, b"{}\n")
        return answer

    def request(self, case: Case) -> Request:
        return fake().request(case)


def test_nothing_differs_of_the_fake() -> None:
    several = [
        operation
        for operation in operations()
        if operation.task in {"generate", "caption", "upscale"}
    ][::6]
    result = fuzz(fake(), several, 1, 4)
    assert result.findings == ()
    assert result.calls >= 2 * 4 * len(several)


def test_what_differs_is_shrunk_to_a_readable_body() -> None:
    result = fuzz(Deaf(), [CAPTION], 0, 60)
    [finding] = {one.case.name: one for one in result.findings}.values()
    assert finding.difference.check == "status"
    assert finding.difference.fact.pointer.split("/")[-2] == "sampleCount"
    [instance] = finding.case.body["instances"]
    assert set(instance) == {"image"}
    assert set(finding.case.body["parameters"]) == {"sampleCount"}


def test_a_seed_asks_the_same_bodies_again_and_another_one_others() -> None:
    first, again, other = Deaf(), Deaf(), Deaf()
    for target, seed in ((first, 1), (again, 1), (other, 2)):
        fuzz(target, [CAPTION], seed, 5)
    assert first.bodies == again.bodies
    assert first.bodies != other.bodies


def test_without_examples_nothing_is_asked() -> None:
    target = InProcessTarget()
    try:
        assert fuzz(target, [CAPTION], 0, 0).calls == 0
    finally:
        target.close()
