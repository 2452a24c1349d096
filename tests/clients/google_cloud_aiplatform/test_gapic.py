"""The generated clients below vertexai, of both API versions."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import aiplatform_v1, aiplatform_v1beta1
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Value

PLACE = "projects/my-project/locations/us-central1"
MODELS = f"{PLACE}/publishers/google/models"


@pytest.fixture(params=[aiplatform_v1, aiplatform_v1beta1], ids=["v1", "v1beta1"])
def api(request: pytest.FixtureRequest) -> ModuleType:
    module: ModuleType = request.param
    return module


@pytest.fixture
def client(api: Any, url: str) -> Iterator[Any]:
    with api.PredictionServiceClient(
        transport="rest",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": url},
    ) as client:
        yield client


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


def test_an_unknown_model_is_not_found(client: Any) -> None:
    with pytest.raises(exceptions.NotFound):
        client.predict(
            endpoint=f"{MODELS}/imagen-99", instances=[value({"prompt": "an apple"})], timeout=30
        )
