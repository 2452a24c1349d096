"""google-genai with default credentials, as code in production has them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.google_auth.conftest import Written, led

CLIENT = """
import os
from google import genai

url = os.environ["GOOGLE_VERTEX_BASE_URL"]
place = {"project": "p", "location": "us-central1"}
with genai.Client(vertexai=True, http_options={"base_url": url}, **place) as client:
    made = client.models.generate_images(
        model="imagen-4.0-generate-001", prompt="a red apple", config={"number_of_images": 1}
    )
print(made.generated_images[0].image.image_bytes[1:4].decode())
"""


def ran(variables: dict[str, str]) -> str:
    command = [sys.executable, "-W", "ignore", "-c", CLIENT]
    done = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.mark.parametrize("kind", ["service-account", "external-account"])
def test_a_file_of_credentials_is_all_it_takes(fake: str, written: Written, kind: str) -> None:
    assert ran(led("--url", fake, "--credentials", str(written(kind)))) == "PNG"


def test_the_metadata_server_is_all_it_takes(fake: str, keys: Path) -> None:
    assert ran(led("--url", fake, "--keys", str(keys))) == "PNG"
