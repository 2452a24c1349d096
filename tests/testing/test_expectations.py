import pytest

from imagen_fake.state.state import State
from imagen_fake.testing.expectations import CALL_FIELDS, nearest, require_names
from imagen_fake.testing.fake import Fake
from tests.sweep import sweep
from tests.testing.test_fake import ask


@sweep("name", [*CALL_FIELDS, "sampleCount", "sample_count", "negativePrompt", "image", "mask"])
def test_fields_of_calls_and_requests_can_be_expected(name: str) -> None:
    require_names([name])


@sweep(
    ("name", "near"), [("promt", "prompt"), ("aspect_ration", "aspectRatio"), ("Model", "model")]
)
def test_of_other_names_the_nearest_is_told(name: str, near: str) -> None:
    with pytest.raises(TypeError, match=rf"no call has a field '{name}'; did you mean {near}\?"):
        require_names(["model", name])


def test_of_what_is_near_nothing_nothing_is_told() -> None:
    with pytest.raises(TypeError, match=r"no call has a field 'zzzz'\.$"):
        require_names(["zzzz"])


def test_the_nearest_call_is_the_first_with_the_fewest_differences() -> None:
    fake = Fake(State())
    for count in (1, 2, 2):
        ask(fake, "a pear", sampleCount=count)
    called, mismatches = nearest(fake.calls, {"sampleCount": 2, "prompt": "a plum"})
    assert (called.number, mismatches) == (2, ["prompt: expected 'a plum', was 'a pear'"])
