"""What a recording may keep, because it is in the service's own words."""

import pytest

from imagen_fake import spec
from imagen_fake.contract.cassettes.public import public_buckets, public_uris
from imagen_fake.contract.cassettes.scrub import Scrubber

SCHEMATA = spec.read("models/virtual-try-on-001.json")["predictSchemata"]


@pytest.mark.parametrize("key", [key for key in SCHEMATA if key.endswith("Uri")])
def test_the_schemata_of_a_model_stay_and_another_version_of_them(key: str) -> None:
    uri = SCHEMATA[key]
    assert Scrubber()(uri) == uri
    assert Scrubber()(uri.replace("1.0.0", "1.0.1")) == uri.replace("1.0.0", "1.0.1")
    assert len(public_buckets()) == 1


@pytest.mark.parametrize(
    "error", [name for name, one in spec.read("errors.json")["errors"].items()
              if "gs://" in one["message"]]
)  # fmt: skip
def test_the_examples_of_an_error_stay(error: str) -> None:
    text = spec.read("errors.json")["errors"][error]["message"]
    assert Scrubber()(text) == text


@pytest.mark.parametrize("uri", ["gs://my-bucket/me.png", "gs://bucket/folder/me.png"])
def test_the_names_of_callers_do_not(uri: str) -> None:
    assert uri not in public_uris()
    assert "me.png" not in Scrubber()(f"No such object: {uri}.")
