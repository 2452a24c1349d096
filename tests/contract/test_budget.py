"""A service that bills answers, and a budget that ends the run."""

import json
from typing import ClassVar

import pytest

from imagen_fake.contract.budget import BudgetError, MeteredTarget, billed
from imagen_fake.contract.exchange import Case, Exchange, Request, Response
from imagen_fake.contract.targets.addresses import HOST, build_request
from imagen_fake.contract.targets.target import Kind, Target
from tests.contract.sample_cases import PLAIN, TOO_MANY, true_exchange

TWO_PICTURES = {"predictions": [{"bytesBase64Encoded": "AAAA", "mimeType": "image/png"}] * 2}
FILTERED = {"predictions": [{"raiFilteredReason": "Unable to show generated images."}]}
REFUSAL = {"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}


class Service(Target):
    """Gives each request the same answer, and counts them."""

    name = "service"
    kind: Kind = "live"

    def __init__(self, status: int, body: object) -> None:
        self._response = Response(status, (), json.dumps(body).encode())
        self.calls = 0

    def ask(self, _: Request) -> Response:
        self.calls += 1
        return self._response


def metered(service: Service, usd: float) -> MeteredTarget:
    return MeteredTarget(service, usd, lambda _: 0.06)


def ask(target: MeteredTarget, case: Case) -> Response:
    return target.ask(target.request(case))


def test_pictures_and_texts_are_billed_and_what_is_filtered_is_not() -> None:
    request = build_request(PLAIN, HOST)
    bodies = [json.dumps(body).encode() for body in (TWO_PICTURES, FILTERED, REFUSAL)]
    exchanges = [Exchange(PLAIN, request, Response(200, (), body)) for body in bodies]
    assert [billed(one) for one in (true_exchange("caption"), *exchanges)] == [3, 2, 0, 0]


def test_what_the_budget_cannot_pay_is_not_sent() -> None:
    service = Service(200, TWO_PICTURES)
    target = metered(service, 0.15)
    assert ask(target, PLAIN).status == 200
    assert target.spent == pytest.approx(0.12)
    with pytest.raises(BudgetError, match=r"not sent: 0\.12 of 0\.15 USD are spent"):
        ask(target, PLAIN)
    assert service.calls == 1


def test_refusals_cost_nothing_however_many_there_are() -> None:
    service = Service(400, REFUSAL)
    target = metered(service, 0.0)
    for _ in range(3):
        ask(target, TOO_MANY)
    assert (service.calls, target.spent) == (3, 0.0)


def test_a_body_that_is_answered_though_it_ought_to_be_refused_ends_what_is_free() -> None:
    service = Service(200, TWO_PICTURES)
    target = metered(service, 0.1)
    ask(target, TOO_MANY)
    with pytest.raises(BudgetError):
        ask(target, TOO_MANY)
    assert service.calls == 1


class Dropping(Service):
    """Drops every call."""

    def ask(self, _: Request) -> Response:
        self.calls += 1
        raise ConnectionResetError("dropped")


def test_a_call_without_an_answer_counts_as_billed_if_it_may_be() -> None:
    service = Dropping(200, None)
    target = metered(service, 0.1)
    for case in (TOO_MANY, PLAIN):
        with pytest.raises(ConnectionResetError):
            ask(target, case)
    assert target.spent == pytest.approx(0.06)
    with pytest.raises(BudgetError):
        ask(target, PLAIN)
    assert service.calls == 2


class Gateway(Service):
    """Answers everybody, with a credential of its own."""

    variables: ClassVar[dict[str, str]] = {"token": "T"}

    def configure(self, _: str) -> "Gateway":
        return self

    def url(self, path: str) -> str:
        return HOST + path


def test_a_probe_that_is_answered_with_pictures_is_paid_for_as_a_case_is() -> None:
    service = Gateway(200, TWO_PICTURES)
    target = metered(service, 0.0)
    probes = target.configure("")
    assert probes
    assert probes.ask(Request("POST", probes.url("/"), (), b"{}")).status == 200
    assert target.spent == pytest.approx(0.12)
    for case in (TOO_MANY, None):
        request = probes.request(case) if case else Request("POST", probes.url("/"), (), b"{}")
        with pytest.raises(BudgetError):
            probes.ask(request)
    with pytest.raises(BudgetError):
        ask(target, TOO_MANY)
    assert service.calls == 1


def test_a_probe_that_is_refused_costs_nothing() -> None:
    target = metered(Gateway(400, REFUSAL), 0.0)
    probes = target.configure("")
    assert probes
    assert [probes.ask(probes.request(TOO_MANY)).status for _ in range(2)] == [400, 400]
    assert probes.variables == {"token": "T"}
    assert target.spent == 0.0
