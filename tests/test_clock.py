"""Tests that set Python's clocks, as those of the fake's users do."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import freezegun
import httpx
import jwt
import pytest
import requests
import time_machine

import imagen_fake
from imagen_fake import clock
from imagen_fake.auth.credentials import AdcRequest, service_account
from imagen_fake.config import AuthMode, Config
from imagen_fake.server import uvicorn_server
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.testing.interception import intercept

MODELS = "v1/projects/p/locations/l/publishers/google/models"
PREDICT = f"{MODELS}/imagen-4.0-generate-001:predict"
GOOGLE = "https://us-central1-aiplatform.googleapis.com"
TOKENS = "https://oauth2.googleapis.com/token"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
DELAYED = {"X-Imagen-Fake": "delay=200ms"}

PAST, FUTURE = datetime(2020, 2, 29, tzinfo=UTC), datetime(2046, 7, 1, tzinfo=UTC)
FREEZE: dict[str, Callable[[datetime], AbstractContextManager[Any]]] = {
    "freezegun": freezegun.freeze_time,
    "time_machine": lambda when: time_machine.travel(when, tick=False),
}
frozen = pytest.mark.parametrize("freeze", FREEZE.values(), ids=FREEZE)
someday = pytest.mark.parametrize("when", [PAST, FUTURE], ids=["past", "future"])


def goes_on(read: Callable[[], float]) -> bool:
    """Whether a clock shows another time after a while."""
    before = read()
    return any(read() > before for _ in range(10_000_000))


@frozen
def test_it_goes_on(freeze: Callable[[datetime], AbstractContextManager[Any]]) -> None:
    before = clock.monotonic()
    with freeze(PAST):
        assert goes_on(clock.monotonic)
        assert goes_on(lambda: clock.QuotaClock().now("real"))
        assert 0 < clock.monotonic() - before < 3600


@pytest.mark.parametrize("ask", [requests.post, httpx.post], ids=["requests", "httpx"])
@someday
@frozen
def test_a_delay_ends_within_an_interception(
    freeze: Callable[[datetime], AbstractContextManager[Any]], when: datetime, ask: Any
) -> None:
    with intercept() as fake, freeze(when):
        assert ask(f"{GOOGLE}/{PREDICT}", json=BODY, headers=DELAYED).status_code == 200
    (call,) = fake.calls
    assert call.seconds > 0


@frozen
def test_a_delay_ends_for_a_coroutine(
    freeze: Callable[[datetime], AbstractContextManager[Any]],
) -> None:
    async def ask() -> int:
        async with httpx.AsyncClient(transport=imagen_fake.transport()) as client:
            reply = await client.post(f"{GOOGLE}/{PREDICT}", json=BODY, headers=DELAYED)
        return reply.status_code

    with freeze(PAST):
        assert asyncio.run(ask()) == 200


@pytest.fixture(
    params=[uvicorn_server.new_event_loop, uvicorn_server.EventLoop], ids=["usual", "asyncio"]
)
def url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fake on a socket, on each event loop it may have."""
    monkeypatch.setattr(uvicorn_server, "new_event_loop", request.param)
    with serve_in_thread() as url:
        yield url


@someday
@frozen
def test_a_delay_ends_and_a_server_stops(
    freeze: Callable[[datetime], AbstractContextManager[Any]], when: datetime, url: str
) -> None:
    with freeze(when), serve_in_thread() as another:
        for where in (url, another):
            reply = requests.post(f"{where}/{PREDICT}", json=BODY, headers=DELAYED, timeout=60)
            assert reply.status_code == 200


@pytest.mark.parametrize("mode", ["off", "issued"])
@someday
@frozen
def test_an_account_written_before_gets_tokens(
    freeze: Callable[[datetime], AbstractContextManager[Any]], when: datetime, mode: AuthMode
) -> None:
    state = State(Config(auth=mode))
    account = service_account(
        AdcRequest(state.access, "https://oauth2.googleapis.com", Path("adc.json"))
    )
    with intercept(state=state), freeze(when):
        assert drawn(exchanged(account))
    with intercept(state=state):  # and the date is today's again
        assert drawn(exchanged(account))


def drawn(token: str) -> bool:
    """Whether an access token is worth a picture."""
    headers = {"Authorization": f"Bearer {token}"}
    reply = requests.post(f"{GOOGLE}/{PREDICT}", json=BODY, headers=headers, timeout=60)
    return reply.status_code == 200


def exchanged(account: Any) -> str:
    """An access token for what google-auth signs by the clock of a test."""
    now = int(time.time())
    claims = {"iss": account["client_email"], "iat": now, "exp": now + 3600, "aud": TOKENS}
    headers = {"kid": account["private_key_id"]}
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": jwt.encode(claims, account["private_key"], "RS256", headers),
    }
    reply = requests.post(TOKENS, data=form, timeout=60)
    assert reply.status_code == 200, reply.text
    token: str = reply.json()["access_token"]
    return token


@pytest.mark.parametrize("seconds", [-1, -0.1, float("nan"), float("inf"), 10**400])
def test_a_clock_goes_on_and_no_further_than_can_be_told(seconds: float) -> None:
    quota_clock = clock.QuotaClock()
    quota_clock.advance(1)
    with pytest.raises(ValueError, match="seconds"):
        quota_clock.advance(seconds)
    assert quota_clock.manual == 1


def test_only_the_manual_clock_is_moved_by_hand() -> None:
    quota_clock = clock.QuotaClock()
    before = clock.monotonic()
    assert quota_clock.advance(clock.MAX_STEP) == quota_clock.now("manual") == clock.MAX_STEP
    assert before <= quota_clock.now("real") <= clock.monotonic()
