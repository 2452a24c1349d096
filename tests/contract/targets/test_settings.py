"""The settings of the fake that probes need."""

from datetime import date

import pytest

from imagen_fake.contract.exchange import Request
from imagen_fake.contract.targets.settings import SETTINGS, ConfiguredFake, config, requirement
from tests.contract.sample_cases import PLAIN, TOO_MANY


def test_a_setting_is_that_of_the_table() -> None:
    assert config("strict") is SETTINGS["strict"]
    assert config("strict").strict


def test_a_day_is_a_setting() -> None:
    assert config("as of 2026-01-31").as_of == date(2026, 1, 31)


def test_there_is_no_other_setting() -> None:
    with pytest.raises(KeyError):
        config("lenient")


@pytest.mark.parametrize("setting", ["", *SETTINGS, "as of 2026-01-31"])
def test_what_a_setting_requires_of_a_target_can_be_said(setting: str) -> None:
    needs = requirement(setting)
    assert needs.startswith("needs ")
    assert ("day" in needs) == setting.startswith("as of ")
    assert ("only this fake" in needs) == (setting == "itself")


def test_a_set_fake_answers_as_it_is_set() -> None:
    fake = ConfiguredFake("any credential")
    asked = fake.request(PLAIN)
    nobody = Request(asked.method, asked.url, (), asked.body)
    assert (fake.ask(asked).status, fake.ask(nobody).status) == (200, 401)


def test_a_fake_that_checks_credentials_tells_some_that_pass() -> None:
    fake = ConfiguredFake("issued credentials")
    key = (b"x-goog-api-key", fake.variables["api_key"].encode())
    asked = fake.request(TOO_MANY)
    statuses = [
        fake.ask(Request(asked.method, asked.url, headers, asked.body)).status
        for headers in ((key,), asked.headers)
    ]
    assert statuses == [400, 401]


def test_a_host_that_is_none_of_the_services_is_not_asked() -> None:
    fake = ConfiguredFake("itself")
    with pytest.raises(ConnectionError, match=r"maps\.example"):
        fake.ask(Request("GET", "https://maps.example/"))
