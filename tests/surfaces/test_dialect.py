from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces import dialect
from tests.sweep import sweep

BOTH = [spec.surface("openai"), spec.surface("aiml")]
MODEL = spec.model("imagen-3.0-generate-002")
assert MODEL
SHAPES = dialect.ratios(MODEL, spec.surface("vertex"))
ASKED = {"model": MODEL.id, "prompt": "a red apple"}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "aiml"),
        ({"num_images": 1}, "aiml"),
        ({"num_images": 1, "foo": 1}, "aiml"),
        ({"n": 1}, "openai"),
        ({"n": 1, "seed": 2}, "openai"),
        ({"n": None}, "aiml"),
        ({"responseFormat": "url"}, "openai"),
    ],
)
def test_a_field_of_one_dialect_alone_tells_them_apart(fields: dict[str, Any], name: str) -> None:
    assert dialect.detect_dialect({**ASKED, **fields}, BOTH).name == name


@pytest.mark.parametrize("body", [[], "text", 3, None])
def test_what_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(ApiError) as caught:
        dialect.parse_request(body, BOTH, strict=False)
    assert caught.value.id == "aiml_body"


@sweep(
    ("size", "ratio"),
    [
        ("auto", "1:1"), ("Auto", "1:1"), ("256x256", "1:1"), ("1024x1024", "1:1"),
        ("1536x1024", "4:3"), ("1024x1536", "3:4"), ("1792x1024", "16:9"), ("1024x1792", "9:16"),
        ("99999x1", "16:9"), ("1x99999", "9:16"),
    ],
)  # fmt: skip
def test_a_size_is_the_nearest_aspect_ratio(size: str, ratio: str) -> None:
    assert dialect.nearest_ratio(size, SHAPES) == ratio


@given(st.integers(1, 99999), st.integers(1, 99999))
def test_no_other_ratio_is_nearer(width: int, height: int) -> None:
    wanted = Fraction(width, height)
    found = SHAPES[dialect.nearest_ratio(f"{width}x{height}", SHAPES)]
    for shape in SHAPES.values():
        assert max(found / wanted, wanted / found) <= max(shape / wanted, wanted / shape)


def test_fields_lead_to_parameters_of_imagen() -> None:
    body = {**ASKED, "n": 2, "output_format": "jpeg", "output_compression": 60, "size": "9x16"}
    asked = dialect.parse_request(body, BOTH, strict=True)
    assert MODEL
    assert dialect.imagen_body(asked, MODEL, spec.surface("vertex")) == {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {
            "sampleCount": 2,
            "aspectRatio": "9:16",
            "outputOptions": {"mimeType": "image/jpeg", "compressionQuality": 60},
        },
    }


@pytest.mark.parametrize("surface", BOTH, ids=lambda surface: surface.name)
def test_every_parameter_that_a_field_stands_for_is_spelled_as_that_field(surface: Any) -> None:
    for name, field in dialect.request_fields(surface).items():
        if "x-parameter" in field:
            assert dialect.field_name(field["x-parameter"], surface) == name
    assert dialect.field_name("nothing", surface) == "nothing"
