"""The same key twice in one object."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import parse_json
from imagen_fake.pipeline.repeated_keys import MAX_KEYS, RepeatedKeys
from imagen_fake.predict import Target, understand
from imagen_fake.surfaces.image_call import ImageBody
from tests.conftest import target
from tests.sweep import sweep

APPLE = '"instances": [{"prompt": "a red apple"}]'
MODEL = "imagen-3.0-generate-002"
TWICE = {
    "sampleCount": f'{{{APPLE}, "parameters": {{"sampleCount": 4, "sampleCount": 2}}}}',
    "prompt": '{"instances": [{"prompt": "a", "prompt": "a red apple"}],'
    ' "parameters": {"sampleCount": 2}}',
    "parameters": f'{{"parameters": {{"sampleCount": 4}}, {APPLE},'
    ' "parameters": {"sampleCount": 2}}',
    "instances": f'{{"instances": [], {APPLE}, "parameters": {{"sampleCount": 2}}}}',
    "mimeType": f'{{{APPLE}, "parameters": {{"sampleCount": 2,'
    ' "outputOptions": {"mimeType": "image/jpeg", "mimeType": "image/png"}}}',
    "aspectRatio": f"{{{APPLE}, parameters: {{sampleCount: 2, aspectRatio: '1:1',"
    " 'aspectRatio': '9:16'}}",
}
SURFACES = {
    "vertex": target(MODEL),
    "gemini": Target(spec.surface("gemini"), f"models/{MODEL}", version="v1beta"),
}


def warning(key: str) -> str:
    return f"{key} stands more than once in one object: the last one counts."


@sweep("surface", SURFACES)
@sweep("key", TWICE)
def test_the_last_counts_and_a_warning_says_so(key: str, surface: str) -> None:
    call = understand(SURFACES[surface], TWICE[key].encode(), Config())
    assert (call.prompt, call.parameters["sampleCount"]) == ("a red apple", 2)
    assert warning(key) in call.warnings


@sweep("surface", SURFACES)
@sweep("key", TWICE)
def test_strict_mode_refuses_it(key: str, surface: str) -> None:
    with pytest.raises(ApiError, match="strict_warning") as caught:
        understand(SURFACES[surface], TWICE[key].encode(), Config(strict=True))
    assert warning(key) in str(caught.value.fields["warning"])


@pytest.mark.parametrize("path", ["/v1/images/generations", "/v1beta/openai/images/generations"])
def test_the_dialects_of_openai_warn_too(path: str) -> None:
    raw = b'{"model": "imagen-4.0-generate-001", "prompt": "a", "prompt": "a red apple"}'
    call = ImageBody(path, raw, Config()).understand()
    assert (call.prompt, warning("prompt") in call.warnings) == ("a red apple", True)
    with pytest.raises(ApiError, match="strict_warning"):
        ImageBody(path, raw, Config(strict=True)).understand()


@pytest.mark.parametrize("config", [Config(directives="all"), Config(directives="off")])
def test_a_warning_needs_no_directives(config: Config) -> None:
    assert warning("prompt") in understand(target(MODEL), TWICE["prompt"].encode(), config).warnings


def test_the_same_key_in_different_objects_is_none() -> None:
    raw = f'{{{APPLE}, "parameters": {{"prompt": 1}}, "labels": {{"prompt": "x"}}}}'
    warnings = understand(target(MODEL), raw.encode(), Config()).warnings
    assert not [text for text in warnings if "more than once" in text]


def test_of_keys_without_end_a_hundred_are_named() -> None:
    repeated = RepeatedKeys()
    made = repeated.to_dict([(f"{number % 999:0200}", number) for number in range(1998)])
    assert (len(made), len(repeated.warnings)) == (999, MAX_KEYS)
    assert max(map(len, repeated.warnings)) < 200


KEYS = st.sampled_from("abc")
PAIRS = st.recursive(
    st.integers(0, 9), lambda inner: st.lists(st.tuples(KEYS, inner), max_size=4), max_leaves=9
)


def spelled(pairs: Any) -> str:
    if isinstance(pairs, int):
        return str(pairs)
    return f"{{{', '.join(f'{json.dumps(key)}: {spelled(value)}' for key, value in pairs)}}}"


def twice(pairs: Any) -> set[str]:
    if isinstance(pairs, int):
        return set()
    keys = [key for key, _ in pairs]
    return {key for key in keys if keys.count(key) > 1}.union(*(twice(one) for _, one in pairs))


@given(PAIRS)
def test_keys_are_found_however_deep_and_json_is_read_as_ever(pairs: Any) -> None:
    repeated, raw = RepeatedKeys(), spelled(pairs)
    assert parse_json(raw.encode(), repeated.to_dict) == json.loads(raw)
    assert {text[0] for text in repeated.warnings} == twice(pairs)
