"""Programs after the public samples for Imagen: what they ask moves, and works on the first try."""

import json
from base64 import b64decode
from io import BytesIO
from typing import Any

import httpx
from click.testing import CliRunner
from PIL import Image

import imagen_fake
from imagen_fake.cli.main import main
from tests.sweep import sweep

GEMINI = "https://generativelanguage.googleapis.com"
VERTEX = "https://us-central1-aiplatform.googleapis.com"
GLOBAL = "https://aiplatform.googleapis.com"
PUBLISHER = "v1/projects/PROJECT_ID/locations/us-central1/publishers/google/models"


def google_genai() -> None:
    """`client.models.generate_images(model=…, prompt=…, config=…)`, as the client sends it."""
    body = {
        "instances": [{"prompt": "Robot holding a red skateboard"}],
        "parameters": {"sampleCount": 4, "aspectRatio": "16:9"},
    }
    httpx.post(f"{GEMINI}/v1beta/models/imagen-4.0-generate-001:predict", json=body)


def gemini_rest() -> None:
    """The sample for curl of the Gemini API."""
    httpx.post(
        f"{GEMINI}/v1beta/models/imagen-4.0-generate-001:predict",
        headers={"x-goog-api-key": "KEY"},
        json={
            "instances": [{"prompt": "Robot holding a red skateboard"}],
            "parameters": {"sampleCount": 4},
        },
    )


def vertex_rest() -> None:
    """The sample for curl of Vertex AI."""
    httpx.post(
        f"{VERTEX}/{PUBLISHER}/imagen-4.0-generate-001:predict",
        headers={"Authorization": "Bearer TOKEN"},
        json={
            "instances": [{"prompt": "a watercolour of a lighthouse"}],
            "parameters": {
                "sampleCount": 2,
                "aspectRatio": "3:4",
                "sampleImageSize": "1K",
                "personGeneration": "allow_adult",
                "safetySetting": "block_medium_and_above",
                "outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 75},
                "language": "auto",
            },
        },
    )


SAMPLES = {
    google_genai: (4, (1376, 768), GEMINI),
    gemini_rest: (4, None, GEMINI),
    vertex_rest: (2, (896, 1200), GLOBAL),
}
"""By program: how many pictures it gets, of which size if it said so, and whom it asks now."""


@sweep("program", SAMPLES)
def test_what_a_sample_asks_moves_and_works_on_the_first_try(program: Any) -> None:
    count, size, host = SAMPLES[program]
    with imagen_fake.intercept() as fake:
        program()
        (called,) = fake.calls
        assert called.status == 200
        file = {"path": called.path, "body": called.body}
        result = CliRunner().invoke(main, ["migrate", "-", "--json"], input=json.dumps(file))
        moved = json.loads(result.output)
        assert (result.exit_code, len(moved["calls"])) == (0, count)
        for call in moved["calls"]:
            path = call["path"].replace("PROJECT", "PROJECT_ID")
            answer = httpx.post(f"{host}{path}", json=call["body"])
            assert answer.status_code == 200
            (part,) = answer.json()["candidates"][0]["content"]["parts"]
            with Image.open(BytesIO(b64decode(part["inlineData"]["data"]))) as picture:
                assert picture.get_format_mimetype() == part["inlineData"]["mimeType"]
                assert size is None or picture.size == size


def test_losses_of_samples_are_said_before_they_are_missed() -> None:
    body = {
        "instances": [{"prompt": "a lighthouse"}],
        "parameters": {"sampleCount": 1, "seed": 5, "addWatermark": False},
    }
    moved = imagen_fake.migrate(body, "imagen-4.0-generate-001")
    assert {note.field for note in moved.lost} == {"seed", "addWatermark"}
