from collections.abc import Iterator
from threading import Timer
from typing import Any

import grpc
import pytest

import imagen_fake
from imagen_fake.testing.grpc_credentials import CredentialsError, granted, plugins
from tests.grpc_doors import HOST, PREDICT, granting, token

LATE = 60.0


def tokens(credentials: Any, seconds: float | None = None) -> list[Any]:
    """What the credentials of a channel or a call give, in their order."""
    made = granted(plugins(credentials._credentials), HOST, PREDICT, seconds)
    return [value for _, value in made]


def test_credentials_are_found_however_they_are_composed() -> None:
    calls = grpc.composite_call_credentials(token("1"), token("2"), token("3"))
    channel = grpc.composite_channel_credentials(grpc.ssl_channel_credentials(), calls)
    nested = grpc.composite_channel_credentials(channel, token("4"))
    assert tokens(nested) == ["Bearer 1", "Bearer 2", "Bearer 3", "Bearer 4"]
    assert tokens(calls) == ["Bearer 1", "Bearer 2", "Bearer 3"]
    with imagen_fake.intercept():
        google = grpc.compute_engine_channel_credentials(token("5"))
    assert tokens(google) == ["Bearer 5"]
    assert tokens(grpc.ssl_channel_credentials()) == []
    assert [*plugins(None)] == []


@pytest.fixture
def timers() -> Iterator[list[Timer]]:
    started = list[Timer]()
    yield started
    for timer in started:
        timer.cancel()


def test_credentials_that_come_later_are_waited_for(timers: list[Timer]) -> None:
    def grant(_: Any, callback: Any) -> None:
        timers.append(Timer(0.01, callback, ((("authorization", "x"),), None)))
        timers[-1].start()

    assert tokens(granting(grant), LATE) == ["x"]


def test_credentials_that_never_come_are_waited_for_no_longer_than_said() -> None:
    with pytest.raises(TimeoutError):
        tokens(granting(lambda *_: None), 0.01)


def test_an_error_is_told() -> None:
    with pytest.raises(CredentialsError, match="no login"):
        tokens(granting(lambda _, callback: callback(None, ValueError("no login"))))
