"""What an answer holds."""

import base64
import json
from typing import Any

from PIL import Image

from imagen_fake.migration.answers import Answer, Picture, read_answer
from tests.pictures import file_of
from tests.sweep import sweep

PNG = file_of(Image.new("RGB", (3, 2)))
TEXT = base64.b64encode(PNG).decode()
SHOWN = Picture(PNG, "image/png", 3, 2)
INLINE = {"inlineData": {"mimeType": "image/jpeg", "data": TEXT}}


def candidate(*parts: Any, **more: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": parts}, **more}]}


@sweep(
    ("body", "pictures", "refusals"),
    [
        ({"predictions": [{"bytesBase64Encoded": TEXT}]}, (SHOWN,), ()),
        ({"predictions": [{"gcsUri": "gs://b/0.png"}]}, (Picture(uri="gs://b/0.png"),), ()),
        ({"predictions": [{"raiFilteredReason": "no"}]}, (), ("no",)),
        ({}, (), ()),
        (candidate({"text": "here"}, INLINE, finishReason="STOP"), (SHOWN,), ()),
        (candidate({"thought": True, **INLINE}), (), ()),
        (candidate({"fileData": {"fileUri": "gs://b/a"}}), (Picture(uri="gs://b/a"),), ()),
        (
            candidate(finishReason="IMAGE_SAFETY", finishMessage="Try another."),
            (),
            ("IMAGE_SAFETY: Try another.",),
        ),
        ({"candidates": [{"finishReason": "NO_IMAGE"}]}, (), ("NO_IMAGE",)),
        ({"promptFeedback": {"blockReason": "OTHER"}}, (), ("OTHER",)),
        ({"error": {"code": 400, "message": "No.\n"}}, (), ("No.",)),
    ],
)
def test_pictures_and_refusals_are_read(
    body: Any, pictures: tuple[Picture, ...], refusals: tuple[str, ...]
) -> None:
    assert read_answer("c", 200, json.dumps(body).encode()) == Answer("c", 200, pictures, refusals)


def test_the_type_is_that_of_the_bytes() -> None:
    assert SHOWN.to_json() == {"mimeType": "image/png", "width": 3, "height": 2, "bytes": len(PNG)}
    assert read_answer("c", 200, json.dumps(candidate(INLINE)).encode()).pictures == (SHOWN,)
