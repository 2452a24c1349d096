"""Pictures that `storageUri` and `gcsUri` speak of, in the fake's storage or through `gs`."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.storage import Bucket, Client
from PIL import Image

from tests.clients.pictures import decoded, same

GENERATE = "imagen-4.0-generate-001"
UPSCALE = "imagen-4.0-upscale-preview"
TWICE = {"upscaleConfig": {"upscaleFactor": "x2"}}
APPLE = {"prompt": "a red apple"}

Predict = Callable[..., Any]


def png(color: str = "red", size: tuple[int, int] = (40, 30)) -> bytes:
    """A small PNG file."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def upscaled(predict: Predict, bucket: Bucket, name: str, **parameters: object) -> Any:
    """The status and the answer of a picture in a bucket made twice as large."""
    image = {"gcsUri": f"gs://{bucket.name}/{name}"}
    return predict(UPSCALE, {"image": image}, **TWICE, **parameters)


def test_what_was_generated_is_listed_and_downloaded(
    client: Client, bucket: Bucket, predict: Predict
) -> None:
    uri = f"gs://{bucket.name}/a b/ü"
    status, answer = predict(GENERATE, APPLE, sampleCount=2, storageUri=uri)
    assert status == 200
    told = [prediction["gcsUri"] for prediction in answer["predictions"]]
    blobs = list(client.list_blobs(bucket, prefix="a b/"))
    assert [f"gs://{bucket.name}/{blob.name}" for blob in blobs] == told
    assert [blob.content_type for blob in blobs] == ["image/png"] * 2
    pictures = [blob.download_as_bytes() for blob in blobs]
    assert [decoded(picture).size for picture in pictures] == [(1024, 1024)] * 2
    assert not same(*pictures)


def test_an_uploaded_picture_is_read(bucket: Bucket, predict: Predict) -> None:
    bucket.blob("in.png").upload_from_string(png(), "image/png")
    status, answer = upscaled(predict, bucket, "in.png", storageUri=f"gs://{bucket.name}/out")
    assert status == 200
    (prediction,) = answer["predictions"]
    assert list(prediction) == ["mimeType", "gcsUri"]
    (blob,) = bucket.list_blobs(prefix="out/")
    assert decoded(blob.download_as_bytes()).size == (80, 60)


def test_a_picture_that_has_changed_is_read_again(bucket: Bucket, predict: Predict) -> None:
    answers = []
    for color in ("red", "blue"):
        bucket.blob("in.png").upload_from_string(png(color), "image/png")
        answers.append(upscaled(predict, bucket, "in.png"))
    assert answers[0] != answers[1]


def test_an_equal_call_writes_again(bucket: Bucket, predict: Predict) -> None:
    asked = {"sampleCount": 1, "storageUri": f"gs://{bucket.name}/out"}
    _, first = predict(GENERATE, APPLE, **asked)
    bucket.delete_blobs(list(bucket.list_blobs()))
    assert predict(GENERATE, APPLE, **asked)[1] == first
    assert len(list(bucket.list_blobs())) == 1


@pytest.mark.parametrize("name", ["missing.png", "../in.png", "a/../in.png"])
def test_a_missing_picture_is_not_found(bucket: Bucket, predict: Predict, name: str) -> None:
    status, answer = upscaled(predict, bucket, name)
    assert (status, answer["error"]["status"]) == (404, "NOT_FOUND")
    assert answer["error"]["message"].endswith(f"No such object: gs://{bucket.name}/{name}")


def test_a_missing_bucket_is_not_found(predict: Predict) -> None:
    status, answer = predict(UPSCALE, {"image": {"gcsUri": "gs://never-was/a.png"}}, **TWICE)
    assert status == 404
    assert answer["error"]["message"].endswith("The specified bucket does not exist.")


def test_a_picture_that_is_too_large_is_refused(bucket: Bucket, predict: Predict) -> None:
    bucket.blob("in.png").upload_from_string(bytes(11 * 2**20), "image/png")
    status, answer = upscaled(predict, bucket, "in.png")
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert "too large" in answer["error"]["message"]


@pytest.mark.parametrize("name", ["", "x" * 1020])
def test_a_place_with_a_bad_name_is_refused(bucket: Bucket, predict: Predict, name: str) -> None:
    uri = f"gs://{bucket.name}/{name}" if name else "gs://1.2.3.4/out"
    status, _ = predict(GENERATE, APPLE, sampleCount=1, storageUri=uri)
    assert status == 400
    assert list(bucket.list_blobs()) == []
