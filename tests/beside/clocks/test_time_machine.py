"""Python's clocks are elsewhere: tokens have that date, delays and timeouts go on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from imagen_fake import Fake
from tests.beside.clocks.asking_with_credentials import ask_with, default_credentials

DAY = "1999-02-03"


@pytest.fixture
def travelling() -> Iterator[Any]:
    with time_machine.travel(f"{DAY}T00:00Z", tick=False) as traveller:
        yield traveller


def ask_twice_with_a_token_that_ends_between(traveller: Any, fake: Fake) -> None:
    credentials = default_credentials()
    base = [fake.url] if fake.url else []
    assert ask_with(credentials, *base) == 2
    first = credentials.token
    assert credentials.expiry.date() == datetime.fromisoformat(DAY).date()
    traveller.shift(2 * 60 * 60)
    assert ask_with(credentials, *base) == 2
    assert credentials.token != first
    assert [call.status for call in fake.calls] == [200, 200]


def test_intercepted_within_a_travel(travelling: Any, imagen_intercept: Fake) -> None:
    ask_twice_with_a_token_that_ends_between(travelling, imagen_intercept)


def test_travelling_within_an_interception(imagen_intercept: Fake, travelling: Any) -> None:
    ask_twice_with_a_token_that_ends_between(travelling, imagen_intercept)


def test_served_within_a_travel(travelling: Any, imagen_fake_env: Fake) -> None:
    ask_twice_with_a_token_that_ends_between(travelling, imagen_fake_env)


def test_travelling_while_it_is_served(imagen_fake_env: Fake, travelling: Any) -> None:
    ask_twice_with_a_token_that_ends_between(travelling, imagen_fake_env)


@pytest.mark.imagen_fake("delay=0.2")
@time_machine.travel(DAY, tick=False)
def test_a_delay_ends_though_the_clock_stands_still(imagen_intercept: Fake) -> None:
    assert ask_with(default_credentials()) == 2
    assert len(imagen_intercept.calls) == 1
