"""Bodies in reports: without the bytes of files."""

import json
from hashlib import sha256
from io import BytesIO

from PIL import Image

from imagen_fake.contract.bodies.pictures import encode_image, picture, to_base64
from imagen_fake.contract.body_summary import MAX_TEXT, summarize_body

PNG = encode_image(picture((300, 200)))


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_picture_is_told_by_its_type_size_and_digest() -> None:
    summary = summarize_body(body({"predictions": [{"bytesBase64Encoded": to_base64(PNG)}]}))
    assert summary.value == {"predictions": [{"bytesBase64Encoded": {
        "mimeType": "image/png", "width": 300, "height": 200, "bytes": len(PNG),
        "sha256": sha256(PNG).hexdigest(),
    }}]}  # fmt: skip


def test_the_first_picture_has_a_thumbnail() -> None:
    other = to_base64(encode_image(picture((64, 64))))
    summary = summarize_body(body([to_base64(PNG), other]))
    assert summary.thumbnail is not None
    with Image.open(BytesIO(summary.thumbnail), formats=["JPEG"]) as thumbnail:
        assert thumbnail.size == (128, 85)


def test_other_files_are_told_by_their_digest() -> None:
    data = bytes(range(256))
    (facts,) = summarize_body(body([to_base64(data)])).value
    assert facts == {"bytes": 256, "sha256": sha256(data).hexdigest()}


def test_texts_numbers_and_nulls_stay() -> None:
    value = {"prompt": "a red apple", "count": 2, "seed": None, "word": "apple" * 9}
    summary = summarize_body(body(value))
    assert (summary.value, summary.thumbnail) == (value, None)


def test_of_what_is_no_json_the_beginning_is_a_text() -> None:
    assert summarize_body(b"<html>" * 3000).value == ("<html>" * 3000)[:MAX_TEXT]
