"""Other services: whatever they answer, the whole suite is asked of them or named as left out."""

import json
from collections.abc import Sequence
from functools import cache
from itertools import groupby

import pytest

from imagen_fake.contract.bodies.cases import every_case
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.probes.registry import PROBE_LISTS, probes
from imagen_fake.contract.result import Result
from imagen_fake.contract.suite import run
from imagen_fake.contract.targets.addresses import build_request
from imagen_fake.contract.targets.target import Kind, Target
from tests.contract.sample_cases import PLAIN, fake

BASE = "http://somebody.example"
PICTURE = json.loads(fake().ask(fake().request(PLAIN)).body)
JSON = ((b"content-type", b"application/json"),)
ANSWERS: dict[str, Response] = {
    "a picture for everything": Response(200, JSON, json.dumps(PICTURE).encode()),
    "an empty object": Response(200, JSON, b"{}"),
    "a list": Response(200, JSON, b"[]"),
    "texts": Response(200, JSON, b'{"predictions": ["a", "b"]}'),
    "links to elsewhere": Response(
        200, JSON, b'{"data": [{"url": "https://cdn.example/a.png"}], "nextPageToken": "\\u00e9 x"}'
    ),
    "links that are none": Response(
        200, JSON, b'{"data": [{"url": "http://[/"}], "nextPageToken": "a\\nb"}'
    ),
    "a flat error": Response(400, JSON, b'{"error": "no"}'),
    "an error of OpenAI": Response(404, JSON, b'{"error": {"message": "no", "type": "t"}}'),
    "an error of Google": Response(
        403, JSON, b'{"error": {"code": 403, "message": "no", "status": "PERMISSION_DENIED"}}'
    ),
    "a page": Response(502, ((b"content-type", b"text/html"),), b"<p>Bad gateway</p>"),
    "nothing": Response(204, (), b""),
}
"""What a service that is none of Google's may answer to everything."""


class Canned(Target):
    """A service that has one answer, as if it were at a URL."""

    name = "somebody"

    def __init__(self, response: Response, kind: Kind = "url") -> None:
        self.response, self.kind = response, kind
        self.urls: list[str] = []
        self.variables = {"token": "a-token-of-mine"}

    def ask(self, request: Request) -> Response:
        self.urls.append(request.url)
        return self.response

    def request(self, case: Case) -> Request:
        return build_request(case, BASE)

    def configure(self, setting: str) -> "Canned | None":
        return None if setting else self

    def url(self, path: str) -> str:
        return BASE + path


@cache
def sample() -> Sequence[Case]:
    """One case of each task, surface and broken keyword."""

    def kind(case: Case) -> tuple[str, str, str]:
        keyword = case.violation.keyword if case.violation else ""
        return case.surface, case.task, keyword

    return [next(some) for _, some in groupby(sorted(every_case(), key=kind), key=kind)]


def held_against(answer: str) -> tuple[Canned, Result]:
    target = Canned(ANSWERS[answer])
    return target, run(target, sample(), probes=probes())


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_whole_suite_ends_with_a_result(answer: str) -> None:
    target, result = held_against(answer)
    assert result.findings
    assert result.calls == len(target.urls) > len(sample())
    assert all(url.startswith(f"{BASE}/") for url in target.urls)
    assert not any("${" in url for url in target.urls)


def test_each_probe_is_sent_or_left_out_with_a_reason() -> None:
    every, sent = list(probes()), set[str]()
    result = run(
        Canned(ANSWERS["links to elsewhere"]), [], [], probes=every,
        observer=lambda exchange, _: sent.add(exchange.case.name),
    )  # fmt: skip
    left_out = {one.name: one for one in result.left_out if one.part in PROBE_LISTS}
    assert sent | left_out.keys() == {probe.case.name for probe in every}
    assert not sent & left_out.keys()
    assert {one.reason for one in left_out.values()} == {
        "needs the fake as of another day",
        "needs what only this fake does",
        "needs a fake with other settings",
        "leads to another host",
        "needs what an earlier answer did not hold",
    }
    assert all(left_out[one.case.name].part == one.list_name for one in every if one.setting)


def test_what_an_answer_did_not_hold_is_a_difference_and_what_needs_it_is_left_out() -> None:
    result = run(Canned(ANSWERS["an empty object"]), [], [], probes=probes())
    needing = [one.name for one in result.left_out if "earlier answer" in one.reason]
    turns = [name for name in needing if ": turns: " in name]
    assert [name for name in needing if name not in turns] == [
        "GET /v1beta/models?pageToken=${page}",
        "GET ${picture}: of POST /v1/images/generations",
        "GET ${picture}: of POST /v1beta/openai/images/generations",
    ]
    assert {name.partition(": turns: ")[2] for name in turns} == {
        "unaltered", "altered", "without signature", "of another picture",
    }  # fmt: skip
    storing = {one.case.name for one in probes() if one.stores}
    lacking = {one.case.name for one in result.findings if one.difference.check == "stores"}
    assert lacking
    assert lacking <= storing


@pytest.mark.parametrize("kind", ["url", "live"])
def test_checks_of_what_only_the_fake_in_this_process_shows_are_left_out(kind: Kind) -> None:
    result = run(Canned(ANSWERS["nothing"], kind), [PLAIN], [])
    left_out = {one.name for one in result.left_out if one.part == "checks"}
    assert left_out == {name for name, check in CHECKS.items() if check.inside}


def test_of_the_fake_in_this_process_nothing_is_left_out() -> None:
    assert run(fake(), [PLAIN], [], probes=probes()).left_out == ()
