"""What is taken from the journal, and who is one client."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import imagen_fake
from imagen_fake.state.called import Called
from imagen_fake.testing.fake import Fake
from imagen_fake.verdict.entries import MAX_AGENT_LENGTH, Client, Entry, entry

HOST = "https://us-central1-aiplatform.googleapis.com"
MODEL = "imagen-4.0-generate-001"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept() as one:
        yield one


def post(project: str = "p", body: Any = None, **headers: str) -> None:
    path = f"/v1/projects/{project}/locations/us-central1/publishers/google/models/{MODEL}:predict"
    httpx.post(HOST + path, json=body or BODY, headers=headers)


def taken(calls: list[Called]) -> list[Entry]:
    return list(map(entry, calls))


def test_a_client_is_its_project_its_credential_and_its_user_agent(fake: Fake) -> None:
    for headers in (
        {"authorization": "Bearer a", "user-agent": "one"},
        {"authorization": "Bearer a", "user-agent": "one"},
        {"authorization": "Bearer b", "user-agent": "one"},
        {"authorization": "Bearer a", "user-agent": "two"},
    ):
        post(**headers)
    post("q", **{"authorization": "Bearer a", "user-agent": "one"})
    clients = [one.client for one in taken(fake.calls)]
    assert clients[0] == clients[1]
    assert len(set(clients)) == 4


def test_a_credential_is_shown_nowhere_and_its_digest_in_part(fake: Fake) -> None:
    post(authorization="Bearer s3cr3t-s3cr3t")
    (one,) = taken(fake.calls)
    assert "s3cr3t" not in repr((one, vars(fake.calls[0])))
    assert one.client.credential[:6] in str(one.client)
    assert one.client.credential[:7] not in str(one.client)


def test_a_client_without_a_name_is_called_so() -> None:
    assert str(Client()) == "unnamed"
    assert str(Client("p", user_agent="me")) == "project p, user agent me"


def test_a_user_agent_is_cut_and_cannot_write_to_a_terminal(fake: Fake) -> None:
    headers = [(b"user-agent", b"\x9b31m" + b"x" * 2000)]
    httpx.post(f"{HOST}/v1/models/{MODEL}:predict", json=BODY, headers=headers)
    agent = taken(fake.calls)[0].client.user_agent
    assert agent == ("?31m" + "x" * 2000)[:MAX_AGENT_LENGTH]


def test_an_entry_is_what_the_journal_has(fake: Fake) -> None:
    fake.rule("quota=1")
    post()
    post(body={**BODY, "parameters": {"sampleCount": 1, "sampelCount": 2}})
    first, second = taken(fake.calls)
    assert (first.surface, first.model, first.status, first.quota) == ("vertex", MODEL, 200, None)
    assert (second.status, second.quota) == (429, 1)
    assert first.trace.body_digest != second.trace.body_digest
