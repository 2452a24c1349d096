import base64
import io
import json
import struct
import zlib
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.pipeline.redaction import REDACTED, is_secret_name, redact
from imagen_fake.state.summary import (
    EXCERPT,
    MAX_JSON_LENGTH,
    MAX_TEXT_LENGTH,
    THUMBNAIL_SIDE,
    Picture,
    summarize_body,
    summarize_picture,
)
from tests.pictures import file_of, gradient, media
from tests.sweep import sweep


def looked(data: bytes) -> Picture:
    return summarize_picture(memoryview(base64.b64encode(data)))


def summary(body: Any) -> Any:
    return summarize_body(json.dumps(body).encode())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_is_told_by_its_facts(kind: str) -> None:
    data = file_of(gradient((200, 100)), kind)
    assert looked(data).facts == {
        "mimeType": Image.MIME[kind],
        "width": 200,
        "height": 100,
        "bytes": len(data),
        "sha256": sha256(data).hexdigest(),
    }


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (128, 128), (129, 128), (640, 480)])
def test_a_thumbnail_is_a_small_jpeg_of_the_same_shape(size: tuple[int, int]) -> None:
    thumbnail = looked(file_of(gradient(size))).thumbnail
    assert thumbnail is not None
    with Image.open(io.BytesIO(thumbnail)) as small:
        assert small.format == "JPEG"
        shrunk = min(1, THUMBNAIL_SIDE / max(size))
        assert small.size == tuple(max(1, round(side * shrunk)) for side in size)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_a_picture_of_any_mode_has_a_thumbnail(mode: str) -> None:
    image = Image.new(mode, (40, 30))
    thumbnail = looked(file_of(image, "TIFF")).thumbnail
    assert thumbnail is not None
    assert Image.open(io.BytesIO(thumbnail)).mode == "RGB"


def claiming(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it has that size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head
    return start + struct.pack(">I", zlib.crc32(head)) + b"\0\0\0\1IDAT\0"


def test_a_picture_that_comes_again_is_not_decoded_again() -> None:
    data = file_of(gradient((90, 60)))
    assert looked(data) is looked(data)
    assert looked(data).facts != looked(file_of(gradient((60, 90)))).facts


def test_a_huge_picture_is_told_without_a_thumbnail() -> None:
    found = looked(claiming(8000, 8000))
    assert (found.facts["width"], found.thumbnail) == (8000, None)


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_picture_that_pillow_warns_of_is_told_by_its_bytes(side: int) -> None:
    data = claiming(side, side)
    assert looked(data) == Picture(
        {"bytes": len(data), "sha256": sha256(data).hexdigest()}, None
    )  # fmt: skip


def test_a_short_text_that_is_no_picture_is_told_as_it_is() -> None:
    body = {"image": {"bytesBase64Encoded": "no base64"}, "mask": {"bytesBase64Encoded": "AAAA"}}
    assert summary(body).value == body


def test_what_is_no_picture_is_told_by_its_bytes() -> None:
    assert looked(b"no picture") == Picture(
        {"bytes": 10, "sha256": sha256(b"no picture").hexdigest()}, None
    )  # fmt: skip


def test_what_is_no_base64_is_told_by_its_length() -> None:
    assert summarize_picture(memoryview(b"abcde")) == Picture({"characters": 5}, None)


files = st.sampled_from(
    [file_of(gradient((60, 40)), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")]
)


@given(files, st.data())
def test_a_broken_picture_does_no_harm(data: bytes, drawn: st.DataObject) -> None:
    end = drawn.draw(st.integers(0, len(data)))
    place = drawn.draw(st.integers(0, len(data) - 1))
    broken = (data[:place] + drawn.draw(st.binary(max_size=8)) + data[place + 4 :])[:end]
    assert looked(broken).facts["sha256"] == sha256(broken).hexdigest()


def test_a_body_is_told_with_facts_in_the_place_of_pictures() -> None:
    picture = media(gradient((200, 100)))
    body = {"instances": [{"prompt": "a", "image": picture}], "parameters": {"n": [1, None]}}
    made = summary(body)
    facts = looked(base64.b64decode(picture["bytesBase64Encoded"])).facts
    assert made.value == {
        "instances": [{"prompt": "a", "image": {"bytesBase64Encoded": facts}}],
        "parameters": {"n": [1, None]},
    }
    assert len(list(made.thumbnails())) == 1


def test_thumbnails_stand_in_the_order_of_the_body() -> None:
    sizes = [(100, 50), (5, 8), (120, 60), (1, 1)]
    made = summary({"predictions": [media(gradient(size)) for size in sizes]})
    assert [Image.open(io.BytesIO(one)).size for one in made.thumbnails()] == sizes


def harmless(key: str) -> bool:
    """Whether a key is none under which something secret may stand."""
    return not is_secret_name(key)


KEYS = st.text(max_size=9).filter(harmless)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=50),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(KEYS, inner, max_size=3)))  # fmt: skip
def test_a_body_without_pictures_is_told_as_it_is(body: Any) -> None:
    assert summary(body).value == body


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 200, b"<html>" * 9000])
def test_what_is_no_json_is_told_by_its_beginning(raw: bytes) -> None:
    assert summarize_body(raw).value == raw[:EXCERPT].decode(errors="replace")


def test_a_long_text_is_cut() -> None:
    body = {"prompt": "x" * 10**6, "other": "y" * MAX_TEXT_LENGTH}
    assert summary(body).value == {"prompt": "x" * MAX_TEXT_LENGTH + "…", "other": body["other"]}


def test_a_picture_whose_slashes_are_escaped_is_cut_as_a_text_is() -> None:
    # As PHP writes JSON.
    raw = json.dumps(media(bytes([255] * 30_000))).replace("/", "\\/").encode()
    assert len(summarize_body(raw).value["bytesBase64Encoded"]) == MAX_TEXT_LENGTH + 1


@pytest.mark.parametrize(
    "body",
    [[1] * MAX_JSON_LENGTH, [[]] * MAX_JSON_LENGTH, {str(n): n for n in range(MAX_JSON_LENGTH)}],
)
def test_too_much_json_is_told_by_its_beginning(body: Any) -> None:
    assert summary(body).value == json.dumps(body)[:EXCERPT]


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_body_with_a_number_that_no_double_holds_is_told_as_a_text(number: str) -> None:
    body = f'{{"seed": {number}}}'
    assert summarize_body(body.encode()).value == body


@sweep("name", ["api-key", "session_token", "credentials_json", "auth"])
@sweep("shape", [lambda secret: secret, lambda secret: {"a": [secret]}])
def test_no_value_of_a_credential_is_told(name: str, shape: Any) -> None:
    assert summary({"a": [{name: shape("s3cr3t")}]}).value == {"a": [{name: REDACTED}]}


def test_a_text_is_told_up_to_a_credential_in_it() -> None:
    text = json.dumps({"type": "service_account", "private_key": "s3cr3t", "b": 1})
    told = summary({"prompt": text}).value["prompt"]
    assert told == redact(text)
    assert told.startswith('{"type": "service_account", "private_key')
    assert "s3cr3t" not in told
