"""Which requests a fake answers, and which of the others may go out."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.auth.access import Access
from imagen_fake.auth.credential import UnsignedIssuer
from imagen_fake.auth.credentials import api_key
from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.surfaces.own_paths import is_ours
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.interception import hosts
from imagen_fake.testing.messages import Headers
from imagen_fake.testing.routing import NetworkBlocked, Route, Router, Unknown
from tests.real_service import GEMINI, HOST, IMAGEN
from tests.sweep import sweep

STATE = State(Config())
TOKEN = UnsignedIssuer().issue("access", "alice", 60)


def router(block_network: bool = False, unknown: Unknown = "pass") -> Router:
    made = Router()
    made.add(Route(InProcess(STATE), tuple(hosts(STATE)), block_network, unknown))
    return made


@sweep("path", [IMAGEN, f"{IMAGEN}?alt=json", "/v1beta/models/imagen%2D4.0-generate-001:predict"])
@sweep("host", [HOST, HOST.upper(), f"{HOST}."])
def test_what_is_of_imagen_is_answered(host: str, path: str) -> None:
    assert router().resolve(host, path) is not None


@sweep("path", [GEMINI, f"{GEMINI}?x=/imagen-4.0-generate-001", "/v1beta/files", ""])
def test_what_is_of_others_is_left_alone(path: str) -> None:
    assert (router().resolve(HOST, path) is None) is (path != "")
    assert router().resolve("example.test", path) is None


@given(st.text(max_size=40), st.text(max_size=2000))
def test_any_target_at_all_is_told_as_its_path_is(query: str, path: str) -> None:
    target = "/" + path.replace("?", "").replace("%", "")
    answers = router().resolve(HOST, f"{target}?{query}") is not None
    assert answers is is_ours(target, HOST)


def test_without_a_request_a_host_of_the_service_has_a_fake() -> None:
    assert router().resolve(HOST) is not None
    assert router().resolve("bigquery.googleapis.com") is None


def test_a_connection_to_google_may_wait_for_its_request() -> None:
    for host in (HOST, "bigquery.googleapis.com", "metadata.google.internal"):
        assert router().stand_in(host) is not None
    assert router().stand_in("example.test") is None
    assert Router().stand_in("bigquery.googleapis.com") is None


def test_what_is_refused_is_refused_at_the_services_hosts_alone() -> None:
    refusing = router(unknown="refuse")
    with pytest.raises(NetworkBlocked, match=f"{HOST}{GEMINI} was refused"):
        refusing.resolve(HOST, f"{GEMINI}?key=secret")
    assert refusing.resolve("example.test", GEMINI) is None


def test_a_blocked_network_is_for_nobody() -> None:
    for host in (HOST, "example.test", "localhost"):
        with pytest.raises(NetworkBlocked, match=host):
            router(block_network=True).check_departure(host, GEMINI)


LEAVING: Mapping[str, tuple[str, Headers]] = {
    "bearer": (GEMINI, [(b"authorization", f"Bearer {TOKEN}".encode())]),
    "lower case": (GEMINI, [(b"Authorization", f"bearer  {TOKEN} ".encode())]),
    "key": (GEMINI, [(b"x-goog-api-key", api_key(Access()).encode())]),
    "key in the query": (f"{GEMINI}?alt=json&key={api_key(Access())}", []),
    "token in the query": (f"{GEMINI}?access_token={TOKEN}", []),
}


@sweep("case", LEAVING)
def test_a_credential_of_the_fake_may_not_leave(case: str) -> None:
    target, headers = LEAVING[case]
    with pytest.raises(NetworkBlocked, match="carries a credential") as caught:
        router().check_departure(HOST, target, headers)
    assert "secret" not in str(caught.value)
    assert TOKEN not in str(caught.value)


@sweep("case", LEAVING)
def test_this_machine_may_have_credentials_of_the_fake(case: str) -> None:
    for host in ("localhost", "127.0.0.1", "[::1]", "::1"):
        router().check_departure(host, *LEAVING[case])


@sweep("case", LEAVING)
def test_without_an_interception_anything_may_leave(case: str) -> None:
    Router().check_departure(HOST, *LEAVING[case])


@given(st.binary(max_size=200), st.text(max_size=200))
def test_credentials_of_others_may_leave(value: bytes, query: str) -> None:
    router().check_departure(HOST, f"{GEMINI}?{query}", [(b"authorization", value)])
