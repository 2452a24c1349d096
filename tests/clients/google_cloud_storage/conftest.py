import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Bucket, Client

Predict = Callable[..., Any]
MODELS = "v1/projects/p/locations/us-central1/publishers/google/models"


@pytest.fixture(scope="session")
def client(url: str) -> Iterator[Client]:
    """A client that finds the fake the way users point it there."""
    os.environ["STORAGE_EMULATOR_HOST"] = url
    with Client(project="my-project", credentials=AnonymousCredentials()) as client:
        yield client


@pytest.fixture
def bucket(client: Client) -> Bucket:
    """A bucket that no other test knows."""
    return client.create_bucket(f"pictures-{uuid4().hex}")


@pytest.fixture(scope="session")
def other(url: str) -> Iterator[str]:
    """The URL of a second fake, whose Cloud Storage is the first one."""
    command = [sys.executable, "-m", "imagen_fake", "serve", "--port", "0", "--storage", "gs"]
    variables = {**os.environ, "STORAGE_EMULATOR_HOST": url}
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture(scope="session", params=["embedded", "gs"])
def predict(request: pytest.FixtureRequest, url: str) -> Predict:
    """Ask a model; gives the status and the answer.

    Once with the storage in the fake, once with the storage reached through Google's client.
    """
    at = url if request.param == "embedded" else request.getfixturevalue("other")

    def ask(model: str, instance: object, **parameters: object) -> tuple[int, Any]:
        body = {"instances": [instance], "parameters": parameters}
        reply = requests.post(f"{at}/{MODELS}/{model}:predict", json=body, timeout=60)
        return reply.status_code, json.loads(reply.content)

    return ask
