import pytest

from imagen_fake.clock import monotonic
from imagen_fake.state.quota_clock import MAX_STEP, Clock


@pytest.mark.parametrize("seconds", [-1, -0.1, float("nan"), float("inf"), 10**400])
def test_a_clock_goes_on_and_no_further_than_can_be_told(seconds: float) -> None:
    clock = Clock()
    clock.advance(1)
    with pytest.raises(ValueError, match="seconds"):
        clock.advance(seconds)
    assert clock.manual == 1


def test_only_the_manual_clock_is_moved_by_hand() -> None:
    clock = Clock()
    before = monotonic()
    assert clock.advance(MAX_STEP) == clock.now("manual") == MAX_STEP
    assert before <= clock.now("real") <= monotonic()
