import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import NO_OBJECTS
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import ObjectStore
from tests.conftest import ask, opened

MODEL = "imagen-4.0-upscale-preview"


def sent(image: Any) -> Any:
    return {
        "instances": [{"image": image}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x2"}},
    }


def refusal(image: Any, objects: ObjectStore = NO_OBJECTS) -> str:
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body=sent(image), objects=objects)
    return str(status(caught.value, spec.surface("vertex"))["message"])


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("image", [{}, {"mimeType": "image/png"}, None, "text", []])
def test_a_picture_without_bytes_or_uri_is_the_services_400(image: Any) -> None:
    assert refusal(image).endswith("No uri or raw bytes are provided in media content.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("not base64!", "not valid base64"),
        ("_-_-", "not valid base64"),
        ("", "no bytes"),
        (base64_of(b"hello, this is no picture"), "Unsupported image format"),
        (base64_of(file_of(Image.new("RGB", (4, 4)), "WEBP")), "PNG, JPEG"),
        (base64_of(file_of(Image.effect_noise((64, 64), 90), "PNG")[:2000]), "cannot be decoded"),
    ],
)
def test_what_is_no_picture_is_refused_by_what_is_wrong(data: str, said: str) -> None:
    assert said in refusal({"bytesBase64Encoded": data})


def test_a_file_larger_than_the_limit_is_refused() -> None:
    limit = spec.task_schema("upscale")["$defs"]["media"]["x-max-bytes"]
    data = file_of(Image.new("RGB", (4, 4)), "PNG") + bytes(limit["value"])
    assert f"Up to {limit['value']} bytes" in refusal({"bytesBase64Encoded": base64_of(data)})


def test_a_picture_turned_by_exif_comes_out_upright() -> None:
    turned = Image.new("RGB", (30, 20), "blue")
    exif = turned.getexif()
    exif[0x0112] = 6
    data = base64_of(file_of(turned, "JPEG", exif=exif))
    (prediction,) = ask(MODEL, body=sent({"bytesBase64Encoded": data}))
    assert opened(prediction).size == (40, 60)


def test_a_declared_type_does_not_matter() -> None:
    data = base64_of(file_of(Image.new("RGB", (5, 5)), "PNG"))
    body = sent({"bytesBase64Encoded": data, "mimeType": "image/jpeg"})
    assert opened(ask(MODEL, body=body)[0]).size == (10, 10)


def test_a_picture_in_cloud_storage_is_read(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    storage.write("gs://pictures/a.png", file_of(Image.new("RGB", (30, 20)), "PNG"))
    (prediction,) = ask(MODEL, body=sent({"gcsUri": "gs://pictures/a.png"}), objects=storage)
    assert opened(prediction).size == (60, 40)


@pytest.mark.parametrize("size", [-1, 0, 1])
def test_no_more_of_an_object_is_read_than_the_task_takes(tmp_path: Path, size: int) -> None:
    limit = spec.task_schema("upscale")["$defs"]["media"]["x-max-bytes"]["value"]
    storage = Storage(tmp_path)
    storage.write("gs://pictures/a.png", bytes(limit + size))
    said = refusal({"gcsUri": "gs://pictures/a.png"}, storage)
    assert (f"gs://pictures/a.png. Up to {limit} bytes" in said) == (size > 0)


def test_bytes_beside_a_uri_are_refused() -> None:
    data = base64_of(file_of(Image.new("RGB", (5, 5)), "PNG"))
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body=sent({"gcsUri": "gs://pictures/a", "bytesBase64Encoded": data}))
    assert caught.value.id == "picture_twice"
