import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from imagen_fake import Config
from imagen_fake.testing.credentials import fake_with_credentials, variables_of_outer_fake


@pytest.mark.parametrize(
    ("signs", "kind", "place", "host"),
    [
        (True, "service_account", "token_uri", "oauth2.googleapis.com"),
        (False, "external_account", "token_url", "oauth2.googleapis.com"),
    ],
)
def test_credentials_are_those_that_can_be_made_and_lead_to_google(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signs: bool, kind: str, place: str, host: str
) -> None:
    monkeypatch.setattr("imagen_fake.testing.credentials.can_sign", lambda: signs)
    fake = fake_with_credentials(Config(project="mine"), tmp_path)
    assert fake.env["GOOGLE_CLOUD_PROJECT"] == "mine"
    file = Path(fake.env["GOOGLE_APPLICATION_CREDENTIALS"])
    credentials = json.loads(file.read_text())
    assert (credentials["type"], urlsplit(credentials[place]).hostname) == (kind, host)
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0


def test_variables_of_an_outer_fake_are_those_that_lead_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "http://127.0.0.1:1"
    own = {"GOOGLE_GEMINI_BASE_URL": "https://proxy.example", "OPENAI_BASE_URL": f"{url}/v1"}
    led = {"GOOGLE_VERTEX_BASE_URL": url, "GCE_METADATA_HOST": "127.0.0.1:1", **own}
    monkeypatch.setattr("os.environ", led)
    assert variables_of_outer_fake() == []
    monkeypatch.setattr("os.environ", {"IMAGEN_FAKE_URL": f"{url}/", **led})
    assert variables_of_outer_fake() == [
        "GOOGLE_VERTEX_BASE_URL", "OPENAI_BASE_URL", "GCE_METADATA_HOST",
    ]  # fmt: skip
