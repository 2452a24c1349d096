"""Code that knows nothing of a fake and names no transport, led to one on a port."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from google.cloud.aiplatform.initializer import global_config
from vertexai.vision_models import ImageGenerationModel

from imagen_fake.auth.credentials import environment
from imagen_fake.leading import FOLDER, leading
from tests.documents import ROOT

DRAW = """
import sys
import vertexai
from google.auth.credentials import AnonymousCredentials
from vertexai.vision_models import ImageGenerationModel

asked = dict(argument.split("=") for argument in sys.argv[1:])
credentials = AnonymousCredentials()
vertexai.init(project="p", location="us-central1", credentials=credentials, **asked)
model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
print(len(model.generate_images("a red apple").images), "picture")
"""

DIRECT = """
from google.auth.credentials import AnonymousCredentials
from google.cloud import aiplatform_v1

client = aiplatform_v1.PredictionServiceClient(
    client_options={"api_endpoint": "us-central1-aiplatform.googleapis.com"},
    credentials=AnonymousCredentials(),
)
client.predict(endpoint="projects/p/locations/us-central1/endpoints/1")
"""

TEST = """
import subprocess, sys

def test_it_and_its_children_are_led(imagen_fake_env):
    exec({code!r})
    subprocess.run([sys.executable, "-c", {code!r}], check=True)
    assert [call.prompt for call in imagen_fake_env.calls] == ["a red apple"] * 2
"""

FAKE = [os.environ["IMAGEN_FAKE_PYTHON"], "-m", "imagen_fake"]


def led(url: str) -> Mapping[str, str]:
    """The variables of a program that a fake leads."""
    return {**os.environ, **environment(url, "p"), "PYTHONPATH": FOLDER}


def python(code: str, *arguments: str) -> Sequence[str]:
    return [sys.executable, "-W", "ignore", "-c", code, *arguments]


def said(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a program prints, errors included; it waits for nobody who is not there."""
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60
    )
    return done.stdout.decode()


def test_a_program_is_led(url: str) -> None:
    assert "1 picture" in said(python(DRAW), led(url))
    assert "1 picture" in said(python(DRAW, "api_transport=rest"), led(url))


def test_a_program_that_wants_grpc_is_told_what_to_write(url: str) -> None:
    for program in (python(DRAW, "api_transport=grpc"), python(DIRECT)):
        assert 'Write vertexai.init(..., api_transport="rest")' in said(program, led(url))


def test_a_program_that_names_an_endpoint_gets_that(url: str) -> None:
    elsewhere = led("http://127.0.0.1:9")
    assert "1 picture" in said(python(DRAW, f"api_endpoint={url}"), elsewhere)


def test_what_run_starts_is_led() -> None:
    assert "1 picture" in said([*FAKE, "run", "--", *python(DRAW)])


def test_what_a_shell_starts_is_led(url: str) -> None:
    lines = subprocess.run([*FAKE, "env", "--url", url], stdout=subprocess.PIPE, check=True).stdout
    shell = ["sh", "-c", 'eval "$0"; exec "$@"', lines.decode(), *python(DRAW)]
    assert "1 picture" in said(shell)


def test_a_test_and_its_child_processes_are_led(tmp_path: Path) -> None:
    (tmp_path / "test_led.py").write_text(TEST.format(code=DRAW.replace("sys.argv[1:]", "()")))
    plugin = ["-p", "imagen_fake.pytest_plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugin, str(tmp_path)]
    assert "1 passed" in said(command, {**os.environ, "PYTHONPATH": str(ROOT)})


def test_what_is_loaded_is_led_until_it_ends(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_api_endpoint", "_api_transport"):
        monkeypatch.setattr(global_config, name, None)
    with leading(url):
        model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
        assert len(model.generate_images("a red apple").images) == 1
    assert (global_config._api_endpoint, global_config._api_transport) == (None, None)
