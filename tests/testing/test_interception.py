import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.request import urlopen

import httpx
import pytest
import requests

import imagen_fake
from imagen_fake import spec
from imagen_fake.auth import credentials
from imagen_fake.auth.credentials import AdcRequest
from imagen_fake.config import Config, ConfigError
from imagen_fake.state.rules import Rules
from imagen_fake.state.state import State
from imagen_fake.testing.interception import ROUTER, hosts
from imagen_fake.testing.routing import NetworkBlocked
from tests.sweep import sweep

GENERATE = "publishers/google/models/imagen-4.0-generate-001"
SCOPED = f"projects/p/locations/us-central1/{GENERATE}:predict"
URL = f"https://us-central1-aiplatform.googleapis.com/v1/{SCOPED}"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
ELSEWHERE = "http://127.0.0.1:9"
PROJECT = "http://metadata.google.internal/computeMetadata/v1/project/project-id"

ANSWERED = [
    ("POST", f"https://aiplatform.googleapis.com/v1/{GENERATE}:predict"),
    ("POST", f"https://aiplatform.eu.rep.googleapis.com/v1/{SCOPED}"),
    ("POST", f"https://europe-west4-aiplatform.googleapis.com/v1beta1/{SCOPED}"),
    ("POST", f"https://aiplatform.mtls.googleapis.com/v1/{SCOPED}"),
    ("POST", f"https://us-east1-aiplatform.mtls.googleapis.com/v1/{SCOPED}"),
    ("GET", "https://generativelanguage.googleapis.com/v1beta/models/imagen-4.0-generate-001"),
    ("GET", "https://generativelanguage.mtls.googleapis.com/v1beta/models"),
    ("POST", f"https://firebasevertexai.googleapis.com/v1beta/{SCOPED}"),
    ("GET", "https://api.aimlapi.com/v1/models"),
    ("GET", "https://storage.googleapis.com/storage/v1/b"),
    ("GET", PROJECT),
    ("GET", "http://169.254.169.254/"),
]


def project() -> str:
    """The project of the fake that answers."""
    return httpx.get(PROJECT, headers={"metadata-flavor": "Google"}).text


def named(name: str) -> Config:
    return Config(project=name)


@sweep(("method", "url"), ANSWERED)
def test_every_host_of_the_service_is_answered(method: str, url: str) -> None:
    sent = {"json": BODY} if method == "POST" else {"headers": {"metadata-flavor": "Google"}}
    with imagen_fake.intercept(block_network=True):
        assert httpx.request(method, url, **sent).status_code == 200


def test_every_pattern_in_the_table_has_a_host_that_is_asked_here() -> None:
    asked = {httpx.URL(url).host for _, url in ANSWERED}
    tokens = set(spec.table("hosts")["answered"]["oauth"]["value"])
    patterns = set(hosts(State(Config()))) - tokens
    assert len(patterns) == len(asked)


@pytest.fixture
def fake() -> Iterator[State]:
    with imagen_fake.intercept(Config(auth="issued")) as fake:
        yield fake.state


@pytest.mark.parametrize("host", ["oauth2.googleapis.com", "oauth2.mtls.googleapis.com"])
def test_a_login_gets_a_token_that_passes(fake: State, host: str, tmp_path: Path) -> None:
    url = f"https://{host}"
    login = credentials.authorized_user(AdcRequest(fake.access, url, tmp_path / "adc.json"))
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    token = httpx.post(login["token_uri"], data=form).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert httpx.post(URL, json=BODY, headers=headers).status_code == 200
    assert httpx.post(URL, json=BODY).status_code == 401


@pytest.mark.parametrize("host", ["sts.googleapis.com", "sts.mtls.googleapis.com"])
def test_an_account_of_another_provider_gets_a_token(
    fake: State, host: str, tmp_path: Path
) -> None:
    order = AdcRequest(fake.access, f"https://{host}", tmp_path / "adc.json")
    account = credentials.external_account(order)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": account["subject_token"],
        "subject_token_type": account["subject_token_type"],
    }
    assert "access_token" in httpx.post(account["token_url"], data=form).json()


@pytest.mark.parametrize(
    "host", ["iamcredentials.googleapis.com", "iamcredentials.mtls.googleapis.com"]
)
def test_an_account_that_acts_for_another_gets_a_token(fake: State, host: str) -> None:
    token = fake.access.signer.issue("access", "alice", 60)
    url = f"https://{host}/v1/projects/-/serviceAccounts/bob@p.example:generateAccessToken"
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.post(url, json={"scope": ["any"]}, headers=headers).json()
    assert fake.access.signer.principals("access", answer["accessToken"])[0] == "bob@p.example"


def test_the_names_of_hosts_may_be_in_capitals_and_end_with_a_dot() -> None:
    url = URL.replace("us-central1-aiplatform.googleapis.com", "AIplatform.Googleapis.com.")
    with imagen_fake.intercept(block_network=True):
        # urllib keeps the capitals and the dot, httpx the dot, requests neither.
        with urlopen(url, json.dumps(BODY).encode(), timeout=60) as answer:
            assert len(json.load(answer)["predictions"]) == 1
        assert requests.post(url, json=BODY, timeout=60).status_code == 200
        assert httpx.post(url, json=BODY).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["www.googleapis.com", "googleapis.com.example", "xaiplatform.googleapis.com"],
)
def test_other_hosts_are_none_of_its_business(host: str) -> None:
    with imagen_fake.intercept(), imagen_fake.intercept():
        assert ROUTER.resolve(host) is None


def test_the_real_storage_is_left_alone_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(Config())
    assert "storage.googleapis.com" in hosts(state)
    monkeypatch.setattr(state, "config", replace(state.config, storage="gs"))
    assert "storage.googleapis.com" not in hosts(state)


def test_other_hosts_may_be_blocked() -> None:
    with imagen_fake.intercept(block_network=True):
        with pytest.raises(NetworkBlocked, match=r"127\.0\.0\.1/ was blocked"):
            requests.get(ELSEWHERE, timeout=60)
        with pytest.raises(NetworkBlocked):
            httpx.get(ELSEWHERE)


@pytest.mark.anyio
async def test_other_hosts_may_be_blocked_on_an_event_loop() -> None:
    with imagen_fake.intercept(block_network=True):
        async with httpx.AsyncClient() as client:
            with pytest.raises(NetworkBlocked):
                await client.get(ELSEWHERE)


def test_what_becomes_of_other_calls_is_one_of_two_words() -> None:
    with pytest.raises(ValueError, match="'pass' or 'refuse', not 'ignore'"):
        imagen_fake.intercept(unknown="ignore")  # type: ignore[arg-type] # what a user may write


def test_a_block_holds_for_what_is_nested_in_it() -> None:
    with imagen_fake.intercept(block_network=True), imagen_fake.intercept():
        with pytest.raises(NetworkBlocked):
            httpx.get(ELSEWHERE)
        assert project() == "imagen-fake"


def test_the_innermost_answers() -> None:
    with imagen_fake.intercept(named("outer")):
        with imagen_fake.intercept(named("inner")):
            assert project() == "inner"
        assert project() == "outer"


def test_one_may_end_before_a_later_one() -> None:
    first = imagen_fake.intercept(named("first"))
    second = imagen_fake.intercept(named("second"))
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert project() == "second"
    second.__exit__(None, None, None)
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


def test_one_after_the_other_remember_nothing_of_each_other() -> None:
    interception = imagen_fake.intercept()
    with interception as first:
        httpx.post(URL, json=BODY)
    with interception as second:
        assert (len(first.calls), len(second.calls)) == (1, 0)


def test_a_state_may_be_given() -> None:
    state = State(named("mine"))
    with imagen_fake.intercept(state=state) as fake:
        assert fake.state is state
        assert project() == "mine"


def test_it_ends_with_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError), imagen_fake.intercept():
        raise ZeroDivisionError
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


def test_a_setting_that_cannot_be_used_patches_nothing(tmp_path: Path) -> None:
    (tmp_path / "signing-key").write_bytes(b"short")
    config = Config(auth="issued", keys=tmp_path)
    with pytest.raises(ConfigError), imagen_fake.intercept(config):
        pass
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


@imagen_fake.intercept(named("decorated"))
def decorated(again: bool = False) -> list[str]:
    """What is asked."""
    return [project(), *(decorated() if again else [])]


@imagen_fake.intercept(named("decorated"))
async def decorated_coroutine(tail: str) -> str:
    await asyncio.sleep(0)
    return project() + tail


def test_it_decorates_functions() -> None:
    assert decorated(again=True) == ["decorated", "decorated"]
    assert (decorated.__name__, decorated.__doc__) == ("decorated", "What is asked.")
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


def test_it_decorates_functions_that_threads_call() -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: decorated(), range(12))) == [["decorated"]] * 12
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


@pytest.mark.anyio
async def test_it_decorates_coroutines() -> None:
    said = await asyncio.gather(*(decorated_coroutine(f" {number}") for number in range(3)))
    assert said == ["decorated 0", "decorated 1", "decorated 2"]
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


@imagen_fake.intercept(named("decorated"))
def decorated_generator() -> Iterator[str]:
    yield project()
    yield project()


@imagen_fake.intercept(named("decorated"))
async def decorated_async_generator() -> AsyncIterator[str]:
    yield project()
    yield project()


@pytest.mark.anyio
async def test_it_decorates_generators_of_both_kinds() -> None:
    assert list(decorated_generator()) == ["decorated"] * 2
    assert [told async for told in decorated_async_generator()] == ["decorated"] * 2
    assert ROUTER.resolve("aiplatform.googleapis.com") is None


def test_it_decorates_no_class() -> None:
    with pytest.raises(TypeError, match="decorate its methods"):
        imagen_fake.intercept()(State)


FORKED = """
import os
import imagen_fake
from urllib.request import Request, urlopen

def ask():
    url = "http://metadata.google.internal/computeMetadata/v1/project/project-id"
    with urlopen(Request(url, headers={"metadata-flavor": "Google"}), timeout=5) as reply:
        assert reply.read() == b"imagen-fake"

with imagen_fake.intercept():
    ask()
    child = os.fork()
    if child == 0:
        try:
            ask()
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_process_that_is_forked_meanwhile_is_answered() -> None:
    subprocess.run([sys.executable, "-c", FORKED], check=True, capture_output=True, timeout=60)


def test_links_to_pictures_lead_to_the_fake() -> None:
    asked = {"model": "imagen-4.0-generate-001", "prompt": "an apple", "response_format": "url"}
    with imagen_fake.intercept():
        url = "https://api.aimlapi.com/v1/images/generations"
        answer: Any = json.loads(httpx.post(url, json=asked).content)
        picture = httpx.get(answer["data"][0]["url"])
    assert picture.content.startswith(b"\x89PNG")


BROKEN = patch.object(Rules, "apply_directives", None)
"""A bug of the fake's own."""


def test_a_bug_that_was_met_is_raised_on_leaving() -> None:
    told = r"(?s)please report it:\nTraceback.*TypeError"
    with pytest.raises(AssertionError, match=told), imagen_fake.intercept(), BROKEN:
        assert requests.post(URL, json=BODY, timeout=30).status_code == 500


def test_but_not_in_the_place_of_what_failed_there() -> None:
    with pytest.raises(requests.HTTPError, match="500"), imagen_fake.intercept(), BROKEN:
        requests.post(URL, json=BODY, timeout=30).raise_for_status()


def test_nor_where_somebody_else_has_the_state() -> None:
    state = State()
    with imagen_fake.intercept(state=state), BROKEN:
        requests.post(URL, json=BODY, timeout=30)
    assert len(state.errors) == 1
