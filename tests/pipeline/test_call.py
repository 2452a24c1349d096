from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from imagen_fake.config import Config
from imagen_fake.pipeline.call import Verdict
from imagen_fake.pipeline.outcome import Outcome
from imagen_fake.predict import understand
from tests.conftest import target, understood


def test_entropy_differs_by_sample() -> None:
    call = understood()
    assert len({call.entropy(index) for index in range(8)}) == 8


@pytest.mark.parametrize(
    "same",
    [
        {"sampleCount": 1},
        {"aspectRatio": "16:9"},
        {"outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 3}},
        {"includeSafetyAttributes": True},
        {"safetySetting": "block_only_high"},
    ],
)
def test_what_makes_no_other_picture_leaves_the_entropy(same: dict[str, Any]) -> None:
    assert understood(**same).entropy(0) == understood().entropy(0)


@pytest.mark.parametrize(
    "other", [{"prompt": "x"}, {"guidanceScale": 7}, {"seed": 3, "addWatermark": False}]
)
def test_what_makes_another_picture_changes_the_entropy(other: dict[str, Any]) -> None:
    assert understood(**other).entropy(0) != understood().entropy(0)


def test_another_turn_makes_another_picture() -> None:
    calls = [replace(understood(), variation=turn) for turn in (None, 1, 2)]
    assert len({call.entropy(0) for call in calls}) == 3
    assert len({call.digest() for call in calls}) == 3


@pytest.mark.parametrize("scale", ["5", "5.0", "5e0", "50e-1"])
def test_one_number_makes_one_picture_however_it_is_written(scale: str) -> None:
    body = f'{{"instances":[{{"prompt":"x"}}],"parameters":{{"guidanceScale":{scale}}}}}'.encode()
    call = understand(target("imagen-3.0-generate-002"), body, Config())
    assert call.entropy(0) == understood(prompt="x", guidanceScale=5).entropy(0)
    assert call.digest() == understood(prompt="x", guidanceScale=5).digest()


def test_the_digest_differs_with_anything_that_is_asked() -> None:
    others: list[dict[str, Any]] = [
        {},
        {"prompt": "x"},
        {"aspectRatio": "16:9"},
        {"sampleCount": 1},
    ]
    assert len({understood(**other).digest() for other in others}) == 4
    assert understood().digest() == understood().digest()


@pytest.mark.parametrize(
    "instance",
    [
        {"image": {"gcsUri": "gs://a/b"}},
        {"referenceImages": [{"referenceImage": {"gcsUri": "gs://a/b"}}]},
    ],
)
def test_what_is_made_of_an_object_does_not_last(instance: Any) -> None:
    assert not replace(understood(), instance=instance).cacheable
    assert replace(understood(), instance={"prompt": "gcsUri"}).cacheable


def test_what_is_made_of_an_object_does_not_repeat() -> None:
    instance = {"image": {"gcsUri": "gs://a/b"}}
    call = replace(understood(), instance=instance, outcome=Outcome({"delay": 1.0}))
    assert not call.reproducible
    assert not understood(storageUri="gs://bucket").reproducible


def test_what_is_forced_repeats_but_does_not_last() -> None:
    for call in (
        replace(understood(), outcome=Outcome({"seed": 1})),
        replace(understood(), directives="drop"),
    ):
        assert (call.reproducible, call.cacheable) == (True, False)


def test_a_verdict_passes_without_a_cause() -> None:
    assert Verdict({}).passes
    assert not Verdict({}, ("1",), "threshold").passes


def test_a_call_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        understood().task = "edit"  # type: ignore[misc]
    assert replace(understood(), task="edit").task == "edit"


def test_a_call_without_a_prompt_has_no_words() -> None:
    assert replace(understood(), instance={}).prompt == ""
