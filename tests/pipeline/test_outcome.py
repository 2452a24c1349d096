import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.directives.values import LONGEST_DELAY
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.force import apply_prompt_directives, latency
from imagen_fake.pipeline.outcome import NO_FAULT, Fault
from tests.conftest import understood


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


@pytest.mark.parametrize("name", spec.table("latencies")["models"])
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
