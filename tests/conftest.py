"""What every test may ask for."""

import base64
import gc
import io
import json
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from PIL import Image

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import NO_OBJECTS, Target, understand
from imagen_fake.server.http import serve_in_thread
from tests.calls import predict
from tests.storing import Served, served

# A shell has what it runs in the background ignore these, and every child of a test would, too.
for name in ("SIGHUP", "SIGINT", "SIGQUIT"):
    if signal.getsignal(number := getattr(signal, name)) is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # a busy machine makes no test fail

RESOURCE = "projects/p/locations/us-central1/publishers/google/models/"
RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "recordings"

GENERATING = [
    name for name in spec.model_ids() if (model := spec.model(name)) and "generate" in model.tasks
]

Body = Mapping[str, Any]
Ask = Callable[..., Any]


def target(model: str) -> Target:
    """A model on Vertex AI."""
    return Target(spec.surface("vertex"), RESOURCE + model)


def request_body(prompt: Any = "a red apple", **parameters: Any) -> bytes:
    """The body of a generate request."""
    return json.dumps({"instances": [{"prompt": prompt}], "parameters": parameters}).encode()


def understood(model: str = "imagen-3.0-generate-002", **parameters: Any) -> Call:
    """The call that a prompt and parameters make."""
    prompt = parameters.pop("prompt", "a red apple")
    config = parameters.pop("config", Config())
    return understand(target(model), request_body(prompt, **parameters), config)


def ask(model: str = "imagen-3.0-generate-002", **parameters: Any) -> list[dict[str, Any]]:
    """The predictions of a call; a whole `body` may be given in place of parameters."""
    config = parameters.pop("config", Config())
    variation = parameters.pop("variation", None)
    objects = parameters.pop("objects", NO_OBJECTS)
    body = parameters.pop("body", None)
    raw = json.dumps(body).encode() if body is not None else request_body(**parameters)
    answer = json.loads(predict(target(model), raw, config, variation, objects).body)
    predictions: list[dict[str, Any]] = answer.get("predictions", [])
    return predictions


def refused(model: str, body: Any, **options: Any) -> str:
    """The message with which Vertex AI refuses a body as an invalid argument."""
    with pytest.raises(ApiError) as caught:
        ask(model, body=body, **options)
    shown = status(caught.value, spec.surface("vertex"))
    assert (shown["code"], shown["status"]) == (400, "INVALID_ARGUMENT")
    return str(shown["message"])


def opened(prediction: Mapping[str, Any]) -> Image.Image:
    """The picture in a prediction, decoded."""
    image = Image.open(
        io.BytesIO(base64.b64decode(prediction["bytesBase64Encoded"], validate=True))
    )
    image.load()
    return image


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what was collected: it stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """The URL of a fake on a real socket."""
    with serve_in_thread() as address:
        yield address


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture
def gcs(tmp_path: Path) -> Iterator[Served]:
    """A server of an embedded Cloud Storage of its own."""
    with served(tmp_path / "storage") as where:
        yield where
