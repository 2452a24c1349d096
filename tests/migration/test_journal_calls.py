"""The calls of Imagen in a journal, as requests that can be moved."""

import json

import pytest

from imagen_fake.migration.journal_calls import Request, request_of
from imagen_fake.migration.migrate import migrate
from tests.pictures import grainy, media
from tests.surfaces.control_client import MODEL, SMALL, ControlClient

EDIT = "/v1/projects/p/locations/us-central1/publishers/google/models/imagen-3.0-capability-001"


def asked(path: str, body: object) -> Request | None:
    client = ControlClient()
    client.ask("POST", path, body)
    (called,) = client.state.journal
    return request_of(called)


def test_a_call_is_taken_as_it_came() -> None:
    found = asked(f"/v1beta/models/{MODEL}:predict", SMALL)
    assert found == Request("gemini", MODEL, json.dumps(SMALL).encode())


def test_calls_of_others_are_none() -> None:
    body = {"contents": [{"parts": [{"text": "a red apple"}]}]}
    assert asked("/v1beta/models/gemini-2.5-flash-image:generateContent", body) is None
    assert asked("/v1beta/models/nope:predict", SMALL) is None


@pytest.mark.parametrize(
    ("body", "ratio"),
    [
        ({"model": MODEL, "prompt": "a red apple", "n": 2, "size": "1792x1024"}, "16:9"),
        (
            {"model": MODEL, "prompt": "a red apple", "num_images": 2, "aspect_ratio": "9:16"},
            "9:16",
        ),
    ],
)
def test_a_call_in_another_spelling_is_the_one_that_it_stands_for(body: object, ratio: str) -> None:
    found = asked("/v1/images/generations", body)
    assert found
    moved = migrate(found.body, found.model, surface=found.surface)
    assert (len(moved.calls), found.surface) == (2, "gemini")
    assert moved.calls[0].body["generationConfig"]["imageConfig"]["aspectRatio"] == ratio
    assert moved.calls[0].body["contents"][0]["parts"] == [{"text": "a red apple"}]


def test_a_forgotten_call_in_another_spelling_is_empty() -> None:
    client = ControlClient()
    client.ask("POST", "/v1/images/generations", {"model": MODEL, "prompt": "a red apple"})
    (called,) = client.state.journal
    called.shed_bodies()
    assert request_of(called) == Request("gemini", MODEL, b"")


def test_pictures_that_were_summed_up_have_stand_ins_of_their_type() -> None:
    picture = media(grainy((800, 600)), "WEBP")
    assert len(picture["bytesBase64Encoded"]) > 2**16
    reference = {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1, "referenceImage": picture}
    body = {"instances": [{"prompt": "a hat", "referenceImages": [reference]}]}
    found = asked(f"{EDIT}:predict", body)
    assert found
    assert len(found.body) < 1000
    moved = migrate(found.body, found.model, surface="vertex")
    whole = migrate(json.dumps(body).encode(), found.model, surface="vertex")
    assert [str(note) for note in moved.notes] == [str(note) for note in whole.notes]
    assert moved.after == whole.after


def test_a_body_that_is_forgotten_is_empty() -> None:
    client = ControlClient()
    client.ask("POST", f"/v1beta/models/{MODEL}:predict", SMALL)
    (called,) = client.state.journal
    called.shed_bodies()
    assert request_of(called) == Request("gemini", MODEL, b"")
