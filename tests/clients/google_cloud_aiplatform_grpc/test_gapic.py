"""The generated clients below vertexai, of both API versions, in plaintext."""

import asyncio
import io
import random
from base64 import b64decode, b64encode
from types import ModuleType
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import aiplatform_v1, aiplatform_v1beta1
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Value
from PIL import Image

from tests.clients.google_cloud_aiplatform_grpc.conftest import ANY_SIZE
from tests.clients.pictures import decoded

MODELS = "projects/my-project/locations/us-central1/publishers/google/models"


@pytest.fixture(params=[aiplatform_v1, aiplatform_v1beta1], ids=["v1", "v1beta1"])
def api(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


def over(client: Any, channel: grpc.Channel) -> Any:
    """A generated client on a channel that is already open."""
    return client(transport=client.get_transport_class("grpc")(channel=channel))


@pytest.fixture
def client(api: Any, channel: grpc.Channel) -> Any:
    return over(api.PredictionServiceClient, channel)


def value(json: Any) -> Value:
    return json_format.ParseDict(json, Value())


def test_predict_answers_with_predictions(client: Any) -> None:
    answer = client.predict(
        endpoint=f"{MODELS}/imagen-3.0-generate-002",
        instances=[value({"prompt": "a red apple"})],
        parameters=value({"sampleCount": 2}),
        timeout=30,
    )
    kinds = [prediction["mimeType"] for prediction in answer.predictions]
    assert kinds == ["image/png", "image/png"]


def test_predict_takes_labels(api: Any, client: Any) -> None:
    request = api.PredictRequest(
        endpoint=f"{MODELS}/imagen-3.0-generate-002",
        parameters=value({"sampleCount": 1}),
        labels={"team": "fruit"},
    )
    request.instances.append(value({"prompt": "a red apple"}))
    assert len(client.predict(request, timeout=30).predictions) == 1


def test_the_asynchronous_client_gets_the_same(api: Any, client: Any, plain: str) -> None:
    asked = {
        "endpoint": f"{MODELS}/imagen-3.0-generate-002",
        "instances": [value({"prompt": "a red apple"})],
        "parameters": value({"sampleCount": 1}),
        "timeout": 30,
    }

    async def ask() -> Any:
        kind = api.PredictionServiceAsyncClient
        async with grpc.aio.insecure_channel(plain, ANY_SIZE) as channel:
            over = kind(transport=kind.get_transport_class("grpc_asyncio")(channel=channel))
            return await over.predict(**asked)

    assert asyncio.run(ask()) == client.predict(**asked)


def test_an_unknown_model_is_not_found(client: Any) -> None:
    with pytest.raises(exceptions.NotFound) as caught:
        client.predict(
            endpoint=f"{MODELS}/imagen-99", instances=[value({"prompt": "an apple"})], timeout=30
        )
    assert caught.value.grpc_status_code is grpc.StatusCode.NOT_FOUND
    assert caught.value.message == f"Publisher Model `{MODELS}/imagen-99` not found."


def test_a_publisher_model_is_read_whole(api: Any, channel: grpc.Channel) -> None:
    garden = over(api.ModelGardenServiceClient, channel)
    name = "publishers/google/models/imagen-4.0-generate-001"
    model = garden.get_publisher_model(name=name, timeout=30)
    assert (model.name, model.version_id) == (name, "001")
    assert model.launch_stage is api.PublisherModel.LaunchStage.GA
    assert model.publisher_model_template == (
        f"projects/{{user-project}}/locations/{{location}}/{name}"
    )
    schemata = model.predict_schemata
    assert "/instance/vision_generative_model" in schemata.instance_schema_uri
    assert "/params/vision_generative_model" in schemata.parameters_schema_uri
    assert "/prediction/vision_generative_model" in schemata.prediction_schema_uri


def test_pictures_of_many_megabytes_come_and_go(client: Any) -> None:
    side = 1856
    noise = random.Random(1).randbytes(3 * side * side)  # noqa: S311 (no secret)
    written = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(written, "PNG", compress_level=1)
    sent = b64encode(written.getvalue()).decode()
    assert len(sent) > 10_000_000
    [answer] = client.predict(
        endpoint=f"{MODELS}/imagen-4.0-upscale-preview",
        instances=[value({"image": {"bytesBase64Encoded": sent}})],
        parameters=value({"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}}),
        timeout=120,
    ).predictions
    received = answer["bytesBase64Encoded"]
    assert len(received) > 10_000_000
    assert decoded(b64decode(received)).size == (2 * side, 2 * side)
