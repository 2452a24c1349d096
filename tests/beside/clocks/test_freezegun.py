"""Python's clocks stand still: tokens have the frozen date, delays and timeouts go on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from freezegun import freeze_time

from imagen_fake import Fake
from tests.beside.clocks.asking_with_credentials import ask_with, default_credentials

DAY = "2031-02-03"


@pytest.fixture
def frozen() -> Iterator[Any]:
    with freeze_time(DAY) as clock:
        yield clock


def ask_twice_with_a_token_that_ends_between(clock: Any, fake: Fake) -> None:
    credentials = default_credentials()
    base = [fake.url] if fake.url else []
    assert ask_with(credentials, *base) == 2
    first = credentials.token
    assert credentials.expiry.date() == datetime.fromisoformat(DAY).date()
    clock.tick(2 * 60 * 60)
    assert ask_with(credentials, *base) == 2
    assert credentials.token != first
    assert [call.status for call in fake.calls] == [200, 200]


def test_intercepted_within_a_frozen_time(frozen: Any, imagen_intercept: Fake) -> None:
    ask_twice_with_a_token_that_ends_between(frozen, imagen_intercept)


def test_frozen_within_an_interception(imagen_intercept: Fake, frozen: Any) -> None:
    ask_twice_with_a_token_that_ends_between(frozen, imagen_intercept)


def test_served_within_a_frozen_time(frozen: Any, imagen_fake_env: Fake) -> None:
    ask_twice_with_a_token_that_ends_between(frozen, imagen_fake_env)


def test_frozen_while_it_is_served(imagen_fake_env: Fake, frozen: Any) -> None:
    ask_twice_with_a_token_that_ends_between(frozen, imagen_fake_env)


@pytest.mark.imagen_fake("delay=0.2")
@freeze_time(DAY)
def test_a_delay_ends_though_the_clock_stands_still(imagen_intercept: Fake) -> None:
    assert ask_with(default_credentials()) == 2
    assert len(imagen_intercept.calls) == 1
