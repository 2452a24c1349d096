"""Probes that a service answers without billing."""

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.checks.response import json_body
from imagen_fake.contract.probes.free import free_probes
from imagen_fake.contract.probes.probe import Probe, build_request
from imagen_fake.contract.targets.live import LiveTarget
from imagen_fake.contract.targets.settings import ConfiguredFake
from tests.contract.sample_cases import IMAGEN_4, generate_case

MODEL = next(name for name in spec.model_ids() if name.startswith("virtual-try-on-001"))
PROBES = list(free_probes(cases(MODEL)))


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: str(probe.case.name)[-60:])
def test_no_answer_holds_a_picture(probe: Probe) -> None:
    fake = ConfiguredFake("issued credentials")
    live = LiveTarget("vertex", fake.url(""), lambda: "a-token-of-nobody", ("p", "l"), fake.ask)
    response = live.ask(build_request(probe, live))
    body = json_body(response)
    assert response.status >= 400 or "predictions" not in body


def test_the_project_stands_in_the_request_and_not_in_the_name() -> None:
    live = LiveTarget("vertex", "https://host.example", lambda: "t", ("my-project", "mars"))
    urls = [build_request(probe, live).url for probe in PROBES]
    assert any("/projects/my-project/locations/mars/" in url for url in urls)
    assert not [url for url in urls if "$" in url]
    assert not [probe.case.name for probe in PROBES if "my-project" in probe.case.name]


def test_every_name_is_one_of_its_own() -> None:
    names = [probe.case.name for probe in PROBES]
    assert len(set(names)) == len(names)


def test_other_surfaces_have_none() -> None:
    assert list(free_probes([generate_case(IMAGEN_4, surface="gemini")])) == []
