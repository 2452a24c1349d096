"""Pictures of Gemini's image models: sizes, formats, edits."""

from io import BytesIO
from typing import Any

import pybase64
import pytest
from PIL import Image, ImageChops, ImageStat

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.content.answer import respond
from imagen_fake.imaging.files.budget import Budget
from imagen_fake.imaging.files.codec import encode
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import draw
from imagen_fake.tasks.content import EDITING, output_size, pixels, render
from tests.content.test_answer import answered
from tests.contents import LITE, MODEL, asked, content
from tests.imaging.files.test_manifest import read_manifest
from tests.sweep import sweep

RATIOS = {
    name: spec.content_request(name, "gemini").schema["$defs"]["imageConfig"]["properties"]
    for name in spec.content_model_ids()
}
CELLS = [
    (name, size, ratio)
    for name, fields in RATIOS.items()
    if "enum" in fields["aspectRatio"]
    for size in fields["imageSize"]["enum"]
    for ratio in fields["aspectRatio"]["enum"]
]


def picture(body: Any, model: str = MODEL, surface: str = "gemini") -> Image.Image:
    parts = answered(body, model, surface)["candidates"][0]["content"]["parts"]
    data = pybase64.b64decode(parts[-1]["inlineData"]["data"])
    found = Image.open(BytesIO(data), formats=["PNG", "JPEG"])
    assert found.get_format_mimetype() == parts[-1]["inlineData"]["mimeType"]
    return found


def edit(image: Image.Image, words: str = "make it night", **config: Any) -> Any:
    data = pybase64.b64encode(encode(image, "image/png")).decode()
    body = asked(words, **config)
    part = {"inlineData": {"mimeType": "image/png", "data": data}}
    body["contents"][0]["parts"].append(part)
    return body


def gradient(width: int, height: int) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


@sweep(("model", "size", "ratio"), CELLS)
def test_every_ratio_has_a_size_near_it(model: str, size: str, ratio: str) -> None:
    call = content(asked(imageConfig={"aspectRatio": ratio, "imageSize": size}), model)
    width, height = output_size(call, None)
    across, down = map(int, ratio.split(":"))
    assert width / height == pytest.approx(across / down, rel=0.05)


@pytest.mark.parametrize(
    ("model", "config", "size"),
    [
        (LITE, {}, (1408, 768)),
        (MODEL, {}, (1376, 768)),
        (MODEL, {"imageConfig": {"aspectRatio": "16:9"}}, (1376, 768)),
        (LITE, {"imageConfig": {"aspectRatio": "1:8"}}, (352, 2928)),
        ("gemini-2.5-flash-image", {}, (1024, 1024)),
        ("gemini-2.5-flash-image", {"imageConfig": {"aspectRatio": "16:9"}}, (1344, 768)),
        ("gemini-3.1-flash-image", {"imageConfig": {"imageSize": "512"}}, (704, 384)),
        (MODEL, {"imageConfig": {"imageSize": "2K", "aspectRatio": "1:1"}}, (2048, 2048)),
    ],
)
def test_a_picture_has_exactly_its_size(model: str, config: Any, size: tuple[int, int]) -> None:
    assert picture(asked(**config), model).size == size


def test_old_models_choose_a_side_below_the_long_one() -> None:
    assert max(picture(asked(), "gemini-2.0-flash-exp").size) == 1024


@pytest.mark.parametrize(
    ("size", "expected"), [((400, 400), (1024, 1024)), ((800, 450), (1376, 768))]
)
def test_an_edit_keeps_about_the_ratio_of_its_picture(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert picture(edit(gradient(*size))).size == expected


def test_an_edit_has_the_ratio_that_is_asked_for() -> None:
    body = edit(gradient(400, 400), imageConfig={"aspectRatio": "9:16"})
    assert picture(body).size == (768, 1376)


def test_an_edit_starts_from_the_last_picture_and_changes_with_the_words() -> None:
    square = gradient(256, 256)
    one, other_words = (picture(edit(square, words)) for words in ("make it night", "add a dog"))
    other_picture = picture(edit(square.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    assert ImageChops.difference(one, other_words).getbbox()
    assert light(one, 0) < light(one, 800)
    assert light(one, 0) < light(other_picture, 0)


def light(image: Image.Image, top: int) -> float:
    """How light the left part of a picture is, from a row on."""
    return float(ImageStat.Stat(image.crop((0, top, 400, top + 100)).convert("L")).mean[0])


@pytest.mark.parametrize(
    ("mime_type", "head"), [("image/png", b"\x89PNG"), ("image/jpeg", b"\xff\xd8")]
)
def test_on_vertex_the_format_is_the_callers(mime_type: str, head: bytes) -> None:
    options = {"mimeType": mime_type, "compressionQuality": 50}
    body = asked(imageConfig={"imageOutputOptions": options})
    for model in ("gemini-2.5-flash-image", LITE):
        parts = answered(body, model, "vertex")["candidates"][0]["content"]["parts"]
        assert parts[-1]["inlineData"]["mimeType"] == mime_type
        assert pybase64.b64decode(parts[-1]["inlineData"]["data"]).startswith(head)


def test_bytes_that_are_no_picture_are_refused() -> None:
    body = asked("a")
    part = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    body["contents"][0]["parts"].append(part)
    with pytest.raises(ApiError) as caught:
        draw(content(body), respond)
    assert (
        "Unable to process input image" in status(caught.value, spec.surface("gemini"))["message"]
    )


def test_bytes_of_another_kind_than_said_are_refused() -> None:
    body = edit(gradient(64, 64))
    body["contents"][0]["parts"][-1]["inlineData"]["mimeType"] = "image/jpeg"
    with pytest.raises(ApiError) as caught:
        draw(content(body), respond)
    assert status(caught.value, spec.surface("gemini"))["message"] == (
        "Unhandled generated data mime type: image/png"
    )


def test_a_picture_in_the_alphabet_of_urls_without_padding_is_read() -> None:
    body = edit(gradient(64, 64))
    media = body["contents"][0]["parts"][-1]["inlineData"]
    media["data"] = media["data"].rstrip("=").replace("+", "-").replace("/", "_")
    assert picture(body).size == (1024, 1024)


def test_nothing_is_drawn_where_no_picture_is_asked_for() -> None:
    call = content(asked("a story, no image please"))
    assert render(call) == []


def test_what_is_drawn_is_known_before_unless_it_starts_from_a_picture() -> None:
    assert pixels(content(asked())) == 1376 * 768
    assert pixels(content(edit(gradient(64, 64)))) is None


def test_temperature_and_seed_vary_the_picture() -> None:
    files = {
        picture(asked("a red apple", **config)).tobytes()
        for config in ({}, {"seed": 1}, {"seed": 2}, {"temperature": 0.5})
    }
    assert len(files) == 4


def test_a_picture_in_heic_is_refused_with_the_fakes_own_words() -> None:
    body = edit(gradient(64, 64))
    body["contents"][0]["parts"][-1]["inlineData"]["mimeType"] = "image/heic"
    with pytest.raises(ApiError) as caught:
        draw(content(body), respond)
    assert "imagen-fake" in status(caught.value, spec.surface("gemini"))["message"]


def file_of(body: Any, model: str, surface: str, **config: Any) -> bytes:
    call = content(body, model, surface, Config(**config))
    made = draw(call, lambda _, predictions: predictions)
    assert made[0].image
    return made[0].image


SIGNED = {"gemini-3-pro-image", LITE, MODEL, "gemini-2.5-flash-image"}
"""Of some models, those whose files carry a manifest on the Gemini API."""


@sweep(("model", "edits"), [
    (model, edits)
    for model in (*sorted(SIGNED), "gemini-2.0-flash-preview-image-generation")
    for edits in (False, True)
])  # fmt: skip
def test_files_carry_a_manifest_where_the_services_do_if_that_is_wanted(
    model: str, edits: bool
) -> None:
    body = edit(gradient(64, 64)) if edits else asked()
    found = {surface: b"c2pa" in file_of(body, model, surface, c2pa=True)
             for surface in ("gemini", "vertex")}  # fmt: skip
    assert found == {"gemini": model in SIGNED, "vertex": False}
    assert b"c2pa" not in file_of(body, model, "gemini")


@sweep("edits", [False, True])
def test_a_manifest_names_the_picture_that_was_edited(edits: bool) -> None:
    body = edit(gradient(64, 64)) if edits else asked()
    manifest, results = read_manifest(file_of(body, LITE, "gemini", c2pa=True), "image/jpeg")
    assert ("c2pa.ingredient.v3" in manifest["assertion_store"]) is edits
    assert [each["code"] for each in results["failure"]] == ["signingCredential.untrusted"]


def test_pictures_of_earlier_turns_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Budget(EDITING * 32 * 10**5)
    monkeypatch.setattr("imagen_fake.pipeline.media.PICTURES", small)
    body = edit(gradient(2000, 1000))
    history = edit(gradient(2000, 1000))["contents"]
    body["contents"] = [*history * 3, *body["contents"]]
    assert picture(body).size == (1376, 768)


def test_an_edit_that_all_memory_is_too_little_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("imagen_fake.pipeline.media.PICTURES", Budget(10**6))
    with pytest.raises(ApiError) as caught:
        draw(content(edit(gradient(64, 64))), respond)
    assert caught.value.id == "picture_too_many_pixels"
