"""Which call a file asks for."""

import json

from imagen_fake.migration.asked import Asked, asked
from tests.sweep import sweep

BODY = {"instances": [{"prompt": "a red apple"}]}
RAW = json.dumps(BODY).encode()
RESOURCE = "projects/p/locations/us-central1/publishers/google/models/imagen-4.0-generate-001"
VERTEX = f"https://us-central1-aiplatform.googleapis.com/v1/{RESOURCE}:predict"
GEMINI = (
    "https://generativelanguage.googleapis.com/v1beta/models/imagen-4.0-generate-001:predict?key=x"
)
PLACES = {
    "imagen-4.0-generate-001": ("imagen-4.0-generate-001", ""),
    "models/imagen-4.0-generate-001": ("imagen-4.0-generate-001", ""),
    RESOURCE: ("imagen-4.0-generate-001", "vertex"),
    VERTEX: ("imagen-4.0-generate-001", "vertex"),
    GEMINI: ("imagen-4.0-generate-001", "gemini"),
    "/v1/publishers/google/models/imagegeneration%40006:predict": ("imagegeneration@006", "vertex"),
    "https://example.com/": ("", ""),
    "": ("", ""),
}


@sweep(("place", "named"), PLACES.items())
def test_a_place_names_model_and_surface(place: str, named: tuple[str, str]) -> None:
    assert asked(RAW, place) == Asked(RAW, *named)


@sweep("key", ["url", "uri", "path", "model"])
def test_a_file_may_say_where_its_body_goes(key: str) -> None:
    call = asked(json.dumps({key: VERTEX, "body": BODY}).encode())
    assert (json.loads(call.body), call.model, call.surface) == (
        BODY, "imagen-4.0-generate-001", "vertex",
    )  # fmt: skip


def test_a_call_of_the_journal_is_such_a_file() -> None:
    path = "/v1beta/models/imagen-4.0-generate-001:predict"
    file = {"surface": "gemini", "path": path, "body": BODY, "status": 200}
    call = asked(json.dumps(file).encode())
    assert (call.model, call.surface) == ("imagen-4.0-generate-001", "gemini")


def test_what_is_said_aside_wins_and_pictures_stay_whole() -> None:
    picture = "A" * 5000
    body = {"instances": [{"image": {"bytesBase64Encoded": picture}}]}
    call = asked(json.dumps({"model": "imagen-3.0-generate-002", "body": body}).encode(), VERTEX)
    assert call.model == "imagen-4.0-generate-001"
    assert json.loads(call.body) == body


@sweep("raw", [b"", b"[1", b"[1]", b"7", b"\xff", b"[" * 300_000, b'{"body": 7}', b'{"body": []}'])
def test_what_is_no_call_stays_for_the_service_to_refuse(raw: bytes) -> None:
    assert asked(raw, "imagen-4.0-generate-001") == Asked(raw, "imagen-4.0-generate-001")
