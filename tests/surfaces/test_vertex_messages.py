import json
import subprocess
import sys
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import MAX_BYTES, MAX_VALUES, parse_json
from imagen_fake.surfaces.vertex_messages import MIN_SPLICED_LENGTH, body, pool, reply, services
from tests import rpc

LONG = st.integers(MIN_SPLICED_LENGTH - 9, MIN_SPLICED_LENGTH + 9).map(
    lambda size: ("Az09+/=" * size)[:size]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | LONG,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
METHODS = [method for service in services() for method in service.methods]
PREDICT = rpc.method("Predict")


def asked(**fields: Any) -> Message:
    return rpc.request(PREDICT, fields)


@given(instances=st.lists(JSON), parameters=JSON)
def test_a_request_is_the_json_it_was_made_of(instances: Any, parameters: Any) -> None:
    request = asked(instances=instances, parameters=parameters)
    assert json.loads(body(request)) == {"instances": instances, "parameters": parameters}


@pytest.mark.parametrize(
    "fields",
    [
        {"instances": [{}] * (4 * MAX_VALUES)},
        {"instances": [{str(number): 1 for number in range(MAX_VALUES + 1)}]},
        {"instances": [[[]] * (4 * MAX_VALUES)]},
        {"labels": {str(number): "" for number in range(MAX_VALUES + 1)}},
        {"parameters": "é" * MAX_BYTES},
    ],
    ids=["objects", "fields", "lists", "labels", "text"],
)
def test_more_than_is_read_over_rest_is_refused_before_it_is_written(fields: Any) -> None:
    with pytest.raises(ApiError, match="json_too_large"):
        body(asked(**fields))


@pytest.mark.parametrize(
    "instance", [[{"a": [[]]}] * (MAX_VALUES // 4 - 2), [{"a": "b"}] * (MAX_VALUES // 2 - 9)]
)
def test_as_much_as_is_read_over_rest_is_written(instance: Any) -> None:
    request = asked(instances=[instance])
    assert parse_json(body(request)) == {"instances": [instance]}


@pytest.mark.parametrize("odd", ['"', "\\", "\n", "\x7f", "é", "\U0001f34e"])
def test_a_long_text_with_an_odd_character_is_still_json(odd: str) -> None:
    text = "a" * MIN_SPLICED_LENGTH + odd
    assert json.loads(body(asked(instances=[text])))["instances"] == [text]


def test_what_a_request_does_not_have_is_left_out() -> None:
    assert json.loads(body(asked(endpoint="e"))) == {"instances": []}


def test_labels_come_along() -> None:
    assert json.loads(body(asked(labels={"team": "fruit"})))["labels"] == {"team": "fruit"}


def test_the_order_of_keys_makes_no_difference() -> None:
    one, other = ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})
    assert body(asked(parameters=one)) == body(asked(parameters=other))


@given(predictions=st.lists(JSON))
def test_an_answer_holds_the_predictions_of_the_json(predictions: Any) -> None:
    answer: Any = reply(PREDICT.output_type, json.dumps({"predictions": predictions}).encode())
    assert json_format.MessageToDict(answer).get("predictions", []) == predictions


@given(pictures=st.lists(LONG, max_size=4), other=JSON)
def test_an_answer_holds_its_pictures(pictures: list[str], other: Any) -> None:
    predictions = [{"bytesBase64Encoded": text, "other": other} for text in pictures]
    raw = json.dumps({"predictions": [other, *predictions]}, ensure_ascii=False, indent="  ")
    answer: Any = reply(PREDICT.output_type, raw.encode())
    assert json_format.MessageToDict(answer)["predictions"] == [other, *predictions]


def test_a_prompt_may_speak_of_pictures() -> None:
    prompt = '"bytesBase64Encoded": "x"'
    raw = json.dumps({"predictions": [{"prompt": prompt, "bytesBase64Encoded": "AAAA"}]}).encode()
    answer: Any = reply(PREDICT.output_type, raw)
    assert json_format.MessageToDict(answer)["predictions"] == [
        {"prompt": prompt, "bytesBase64Encoded": "AAAA"}
    ]


def test_an_answer_may_be_empty() -> None:
    assert reply(PREDICT.output_type, b"{}\n").ByteSize() == 0


def test_both_versions_have_both_methods() -> None:
    assert [method.full_name for method in METHODS] == [
        f"google.cloud.aiplatform.{version}.{method}"
        for version in ("v1", "v1beta1")
        for method in ("PredictionService.Predict", "ModelGardenService.GetPublisherModel")
    ]


BESIDE = """
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from imagen_fake.surfaces import vertex_messages
name = "google.cloud.aiplatform.v1.PredictRequest"
theirs = descriptor_pool.Default()
file = descriptor_pb2.FileDescriptorProto(name="theirs.proto", package=name.rpartition(".")[0])
file.message_type.add(name="PredictRequest").field.add(name="other", number=1, type=9, label=1)
for pool in (vertex_messages.pool(), theirs):
    if pool is theirs:
        theirs.AddSerializedFile(file.SerializeToString())
    print(*message_factory.GetMessageClass(pool.FindMessageTypeByName(name)).DESCRIPTOR.fields_by_name)
"""


def test_messages_of_the_same_name_may_be_in_the_process() -> None:
    run = subprocess.run([sys.executable, "-c", BESIDE], capture_output=True, text=True, check=True)
    assert run.stdout == "endpoint instances parameters labels\nother\n"


def test_the_pool_is_made_once() -> None:
    assert pool() is pool()
