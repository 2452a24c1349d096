"""Code that knows nothing of a fake: no base, credentials from a file."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import litellm
import pytest

import imagen_fake
from imagen_fake.auth import credentials
from imagen_fake.auth.credentials import AdcRequest
from imagen_fake.config import Config
from imagen_fake.testing.fake import Fake
from tests.clients.pictures import decoded

MODEL = "imagen-4.0-generate-001"


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept(Config(auth="issued"), block_network=True) as fake:
        yield fake


@pytest.fixture
def account(fake: Fake, tmp_path: Path) -> str:
    """The file of a service account."""
    file = tmp_path / "adc.json"
    credentials.write_adc(
        "service-account", AdcRequest(fake.state.access, "https://oauth2.googleapis.com", file)
    )
    return str(file)


def size(answer: Any) -> tuple[int, int]:
    [one] = answer.data
    return decoded(base64.b64decode(one.b64_json)).size


def asked(account: str) -> dict[str, Any]:
    return {
        "model": f"vertex_ai/{MODEL}", "prompt": "an apple", "n": 1,
        "vertex_project": "p", "vertex_location": "us-central1", "vertex_credentials": account,
    }  # fmt: skip


def test_an_account_gets_a_picture_from_vertex(account: str) -> None:
    assert size(litellm.image_generation(**asked(account))) == (1024, 1024)


def test_an_account_gets_a_picture_on_an_event_loop(account: str) -> None:
    assert size(asyncio.run(litellm.aimage_generation(**asked(account)))) == (1024, 1024)


def test_an_api_key_gets_a_picture_from_gemini(fake: Fake) -> None:
    key = credentials.api_key(fake.state.access)
    answer = litellm.image_generation(model=f"gemini/{MODEL}", prompt="an apple", n=1, api_key=key)
    assert size(answer) == (1024, 1024)
