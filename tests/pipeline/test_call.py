import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.directives.values import LONGEST_DELAY
from imagen_fake.pipeline.call import NO_FAULT, Call, Fault, Outcome, Verdict
from imagen_fake.pipeline.force import apply_prompt_directives, latency
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


def compelled(directives: str, **parameters: Any) -> Call:
    prompt = f"a red apple [fake: {directives}]"
    return apply_prompt_directives(understood(prompt=prompt, **parameters))


def test_nothing_goes_wrong_unless_it_is_told() -> None:
    assert compelled("filter=1").outcome.fault is NO_FAULT


@pytest.mark.parametrize(
    ("directives", "wrong"),
    [
        ("drop", Fault(drop=True)),
        ("malformed", Fault(malformed=True)),
        ("truncate=50%", Fault(truncate=0.5)),
        ("truncate=50", Fault(truncate=50)),
        ("slow=1kB/s", Fault(slow=1000)),
        ("delay=250ms", Fault(delay=0.25)),
        ("delay=1s drop slow=10", Fault(delay=1.0, drop=True, slow=10)),
        ("error=503 drop", Fault(drop=True)),
    ],
)
def test_a_fault_is_what_is_told(directives: str, wrong: Fault) -> None:
    assert compelled(directives).outcome.fault == wrong


@pytest.mark.parametrize("name", sorted({*spec.table("latencies")["models"]} & {*spec.model_ids()}))
def test_a_model_takes_as_long_as_it_was_seen_to(name: str) -> None:
    known = spec.table("latencies")["models"][name]
    assert known["minimum"] <= latency(understood(name)) <= known["maximum"]
    assert compelled("delay=MODEL", model=name).outcome.fault.delay == known["median"]


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault(), 0.0),
        (Fault(delay=2.0), 2.0),
        (Fault(delay=2.0, slow=100), 12.0),
        (Fault(slow=100, truncate=0.5), 5.0),
        (Fault(delay=2.0, slow=100, drop=True), 2.0),
    ],
)
def test_the_last_byte_is_as_late_as_delay_and_speed_make_it(fault: Fault, seconds: float) -> None:
    assert fault.seconds(1000) == seconds


faults = st.builds(Fault, truncate=st.floats(0, 1) | st.integers(0, 2**40))


@given(st.integers(1, 10**8), faults)
def test_a_truncated_body_is_never_whole(length: int, fault: Fault) -> None:
    assert 0 <= fault.bytes_sent(length) < length


@given(st.integers(0, 10**8))
def test_without_truncation_a_body_is_whole(length: int) -> None:
    assert Fault(slow=1).bytes_sent(length) == length


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_slow_body_takes_as_long_as_is_told_but_ten_minutes_at_most(
    length: int, slow: int
) -> None:
    speed = Fault(slow=slow).speed(length)
    assert speed is not None
    assert speed >= slow
    assert length / speed <= LONGEST_DELAY
    if length / slow <= LONGEST_DELAY:
        assert speed == slow


def test_a_body_has_no_pace_of_its_own() -> None:
    assert Fault().speed(1000) is None


json_bodies = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=4)


@given(json_bodies)
def test_a_spoiled_body_is_no_json(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"line|char|utf-8"):
        json.loads(
            Fault(malformed=True).announced_body(json.dumps(body, ensure_ascii=False).encode())
        )
