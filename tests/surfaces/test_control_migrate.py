"""`GET` and `POST /_fake/migrate`; each answer is held against the document."""

import json

import pytest

from imagen_fake.migration.migrate import migrate
from imagen_fake.migration.survey import survey_journal
from imagen_fake.surfaces.control_migrate import MAX_BYTES
from tests.surfaces.control_client import MODEL, PREDICT, SMALL, ControlClient
from tests.sweep import sweep

MIGRATE = "/_fake/migrate"
OTHER = f"/v1/projects/other/locations/us-central1/publishers/google/models/{MODEL}:predict"


@pytest.fixture
def client() -> ControlClient:
    return ControlClient()


def test_one_call_is_moved_as_in_python(client: ControlClient) -> None:
    told = client.told("POST", f"{MIGRATE}?model={MODEL}&to=gemini-2.5-flash-image", SMALL)
    moved = migrate(SMALL, MODEL, to="gemini-2.5-flash-image")
    assert told == json.loads(json.dumps(moved.to_json()))


def test_a_body_may_say_where_it_goes(client: ControlClient) -> None:
    told = client.told("POST", MIGRATE, {"url": f"https://host{PREDICT}", "body": SMALL})
    assert "/publishers/google/models/" in told["calls"][0]["path"]


def test_a_picture_may_be_large(client: ControlClient) -> None:
    instance = {"prompt": "a hat", "image": {"bytesBase64Encoded": "A" * 2**20}}
    told = client.told("POST", f"{MIGRATE}?model=imagegeneration@002", {"instances": [instance]})
    assert told["error"]["status"] == "INVALID_ARGUMENT"


def test_what_would_stand_in_the_answer_too_often_is_refused(client: ControlClient) -> None:
    status, said = client.refused("POST", f"{MIGRATE}?model={MODEL}", b" " * (MAX_BYTES + 1))
    assert (status, str(MAX_BYTES) in said) == (400, True)


def test_a_call_that_is_refused_says_why(client: ControlClient) -> None:
    told = client.told("POST", f"{MIGRATE}?model={MODEL}", {"instances": []})
    assert (told["calls"], told["error"]["code"]) == ([], 400)


@sweep(
    ("method", "query", "said"),
    [
        ("POST", "", "say which model is asked"),
        ("POST", f"?model={MODEL}&to=imagen-4", "to is 'imagen-4'"),
        ("POST", f"?model={MODEL}&project=p", "'project' is no query parameter here"),
        ("GET", "?surface=openai", "surface is 'openai'; expected is gemini or vertex."),
        ("GET", "?as_of=yesterday", "as_of"),
        ("GET", "?as_of=2026-01-01&as_of=2026-01-01", "there twice"),
        ("GET", f"?model={MODEL}", "'model' is no query parameter here"),
    ],
)
def test_what_is_not_understood_is_refused(method: str, query: str, said: str) -> None:
    body = SMALL if method == "POST" else None
    status, message = ControlClient().refused(method, MIGRATE + query, body)
    assert (status, said in message) == (400, True), message


def test_calls_are_told_by_project_and_none_other_than_imagens(client: ControlClient) -> None:
    client.predict()
    client.predict(path=OTHER)
    body = {"contents": [{"parts": [{"text": "a red apple"}]}]}
    client.ask("POST", "/v1beta/models/gemini-2.5-flash-image:generateContent", body)
    assert [client.told("GET", MIGRATE + query)["calls"] for query in ("", "?project=other")] == [
        2, 1,
    ]  # fmt: skip
    assert client.told("GET", MIGRATE) == json.loads(
        json.dumps(survey_journal(client.state.journal).to_json())
    )


def test_the_day_is_that_of_the_fake_unless_one_is_named(client: ControlClient) -> None:
    client.predict()
    client.told("PATCH", "/_fake/config", {"as_of": "2025-11-01"})
    named = [
        client.told("GET", MIGRATE + query)["models"][0]["to"]
        for query in ("", "?as_of=2026-06-15")
    ]
    assert named == ["gemini-2.5-flash-image", "gemini-3.1-flash-image"]
