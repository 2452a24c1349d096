"""The fake's own descriptions of the messages against those of Google's client."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud import aiplatform_v1, aiplatform_v1beta1
from google.cloud.aiplatform_v1.types import model
from google.cloud.aiplatform_v1beta1.types import model as beta_model
from google.protobuf import descriptor_pool as default

from imagen_fake.surfaces.vertex_messages import pool

NAMES = ("PredictRequest", "PredictResponse", "GetPublisherModelRequest", "PublisherModel")


def messages() -> Iterator[Any]:
    """Each message of both versions: the client's description of it."""
    for api, types in ((aiplatform_v1, model), (aiplatform_v1beta1, beta_model)):
        for name in NAMES:
            yield getattr(api, name).pb().DESCRIPTOR
        yield types.PredictSchemata.pb().DESCRIPTOR


def kind(field: Any) -> tuple[Any, ...]:
    """What of a field is seen on the wire and in JSON."""
    named = field.message_type or field.enum_type
    return (
        field.number,
        field.type,
        field.is_repeated,
        field.json_name,
        named.full_name if named else None,
    )


@pytest.mark.parametrize("theirs", list(messages()), ids=lambda described: described.full_name)
def test_every_field_is_that_of_the_client(theirs: Any) -> None:
    ours = pool().FindMessageTypeByName(theirs.full_name)
    assert ours.fields
    for field in ours.fields:
        assert kind(field) == kind(theirs.fields_by_name[field.name])


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
@pytest.mark.parametrize("name", ["PublisherModel.LaunchStage", "PublisherModelView"])
def test_every_enum_is_that_of_the_client(version: str, name: str) -> None:
    full = f"google.cloud.aiplatform.{version}.{name}"
    ours, theirs = (
        known.FindEnumTypeByName(full).values_by_name for known in (pool(), default.Default())
    )
    assert {name: value.number for name, value in ours.items()} == {
        name: value.number for name, value in theirs.items()
    }
