"""Code that knows nothing of a fake: no base URL, credentials from a file or the machine."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from google import genai
from google.auth.exceptions import RefreshError

import imagen_fake
from imagen_fake.auth import credentials
from imagen_fake.auth.credentials import AdcRequest
from imagen_fake.config import Config
from imagen_fake.testing.fake import Fake
from tests.clients.pictures import decoded

IAM = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts"
MODEL = "imagen-4.0-generate-001"
PLACE = {"vertexai": True, "project": "p", "location": "us-central1"}
ASKED: dict[str, Any] = {
    "model": MODEL, "prompt": "a red apple", "config": {"number_of_images": 1},
}  # fmt: skip


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept(Config(auth="issued"), block_network=True) as fake:
        yield fake


@pytest.fixture
def account(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default credentials: those of a service account."""
    file = tmp_path / "adc.json"
    credentials.write_adc(
        "service-account", AdcRequest(fake.state.access, "https://oauth2.googleapis.com", file)
    )
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    return file


def size(answer: Any) -> tuple[int, int]:
    [image] = answer.images
    return decoded(image.image_bytes).size


def drawn(**settings: Any) -> tuple[int, int]:
    with genai.Client(**settings) as client:
        return size(client.models.generate_images(**ASKED))


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("location", ["us-central1", "global", "eu"])
def test_an_account_gets_a_picture_from_any_place(location: str) -> None:
    assert drawn(**{**PLACE, "location": location}) == (1024, 1024)


@pytest.mark.usefixtures("account")
def test_an_asynchronous_client_gets_a_picture() -> None:
    async def ask() -> Any:
        async with genai.Client(**PLACE).aio as client:
            return await client.models.generate_images(**ASKED)

    assert size(asyncio.run(ask())) == (1024, 1024)


def test_an_account_of_another_fake_gets_no_token(account: Path) -> None:
    assert account.exists()
    with imagen_fake.intercept(Config(auth="issued")), pytest.raises(RefreshError):
        drawn(**PLACE)


def test_an_account_that_acts_for_another_gets_a_picture(account: Path) -> None:
    acting = {
        "type": "impersonated_service_account",
        "service_account_impersonation_url": f"{IAM}/bob@p.example:generateAccessToken",
        "source_credentials": json.loads(account.read_text()),
    }
    account.write_text(json.dumps(acting))
    assert drawn(**PLACE) == (1024, 1024)


@pytest.mark.usefixtures("fake")
def test_a_machine_gets_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_GCE_CHECK")
    assert drawn(**PLACE) == (1024, 1024)


def test_an_api_key_gets_a_picture(fake: Fake) -> None:
    assert drawn(vertexai=True, api_key=credentials.api_key(fake.state.access)) == (1024, 1024)


@pytest.mark.usefixtures("account")
def test_the_fake_knows_what_was_asked(fake: Fake) -> None:
    drawn(**PLACE)
    [call] = [called for called in fake.calls if called.prompt]
    assert call.prompt == "a red apple"


@pytest.mark.usefixtures("account")
def test_a_coroutine_does_not_ask_again_for_an_answer_that_was_cut(fake: Fake) -> None:
    async def ask() -> None:
        async with genai.Client(**PLACE).aio as client:
            await client.models.generate_images(
                **{**ASKED, "prompt": "a red apple [fake: truncate=50%]"}
            )

    with pytest.raises(httpx2.RemoteProtocolError):
        asyncio.run(ask())
    assert len(fake.calls) == 1
