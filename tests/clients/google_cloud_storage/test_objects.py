import io
from pathlib import Path

import pytest
from google.api_core.exceptions import Conflict, NotFound, PreconditionFailed
from google.cloud.storage import Blob, Bucket, Client
from PIL import Image

from tests.clients.pictures import decoded

PNG = "image/png"
NAMES = [
    "sample_0.png",
    "a/b/sample_0.png",
    "a//b",
    "../up",
    "a b?c#d%2F",
    "é\U0001f34e",
    "x" * 1024,
]
KIB = 1024


def picture() -> bytes:
    """A small PNG file."""
    file = io.BytesIO()
    Image.new("RGB", (16, 8), "red").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_an_object_of_any_name_comes_back(bucket: Bucket, name: str) -> None:
    bucket.blob(name).upload_from_string(b"data", PNG)
    assert bucket.blob(name).download_as_bytes() == b"data"


@pytest.mark.parametrize("checksum", ["auto", "md5", "crc32c", None])
def test_an_object_comes_back_with_each_checksum(bucket: Bucket, checksum: str | None) -> None:
    bucket.blob("a").upload_from_string(b"data", checksum=checksum)
    assert bucket.blob("a").download_as_bytes(checksum=checksum) == b"data"


def test_a_picture_stays_a_picture(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(picture())
    bucket.blob("red.png").upload_from_filename(tmp_path / "red.png")
    assert decoded(bucket.blob("red.png").download_as_bytes()).size == (16, 8)


def test_what_is_known_of_an_object_is_told(bucket: Bucket) -> None:
    bucket.blob("a/b.png").upload_from_string(b"hello", PNG)
    blob = bucket.get_blob("a/b.png")
    assert (blob.name, blob.size, blob.content_type) == ("a/b.png", 5, PNG)
    assert blob.md5_hash == "XUFAKrxLKna5cZ2REBfFkg=="
    assert blob.updated is not None
    assert blob.generation > 0


def test_an_object_that_was_fetched_is_downloaded_by_its_generation(
    client: Client, bucket: Bucket
) -> None:
    bucket.blob("a.png").upload_from_string(b"data", PNG)
    fetched = client.get_bucket(bucket.name).get_blob("a.png")
    assert fetched.download_as_bytes() == b"data"


def test_an_object_is_found_by_its_uri(client: Client, bucket: Bucket) -> None:
    bucket.blob("a/b.png").upload_from_string(b"data")
    blob = Blob.from_uri(f"gs://{bucket.name}/a/b.png", client=client)
    assert blob.download_as_bytes() == b"data"


@pytest.mark.parametrize("size", [0, 1, 256 * KIB, 600 * KIB])
def test_a_file_is_uploaded_in_parts(bucket: Bucket, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    blob = bucket.blob("parts", chunk_size=256 * KIB)
    blob.upload_from_file(io.BytesIO(data), content_type=PNG)
    stored = bucket.get_blob("parts")
    assert (stored.download_as_bytes(), stored.content_type) == (data, PNG)


def test_a_stream_of_unknown_length_is_uploaded(bucket: Bucket) -> None:
    with bucket.blob("stream").open("wb", chunk_size=256 * KIB) as stream:
        for _ in range(5):
            stream.write(bytes(100 * KIB))
    assert bucket.blob("stream").download_as_bytes() == bytes(500 * KIB)


def test_an_object_is_downloaded_in_parts(bucket: Bucket) -> None:
    data = bytes(range(256)) * 2400
    bucket.blob("parts").upload_from_string(data)
    assert bucket.blob("parts", chunk_size=256 * KIB).download_as_bytes() == data


def test_a_part_of_an_object_is_downloaded(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string(b"0123456789")
    assert bucket.blob("a").download_as_bytes(start=2, end=4) == b"234"


def test_an_object_is_read_as_a_file(bucket: Bucket) -> None:
    bucket.blob("red.png").upload_from_string(picture(), PNG)
    with bucket.blob("red.png").open("rb") as file, Image.open(file) as image:
        assert image.size == (16, 8)


def test_objects_are_listed_page_by_page(bucket: Bucket) -> None:
    for number in range(5):
        bucket.blob(f"sample_{number}.png").upload_from_string(b"")
    listed = [blob.name for blob in bucket.list_blobs(page_size=2)]
    assert listed == [f"sample_{number}.png" for number in range(5)]


def test_folders_are_listed(bucket: Bucket) -> None:
    for name in ("a.png", "b/c.png", "b/d.png"):
        bucket.blob(name).upload_from_string(b"")
    found = bucket.list_blobs(delimiter="/")
    assert [blob.name for blob in found] == ["a.png"]
    assert found.prefixes == {"b/"}
    assert [blob.name for blob in bucket.list_blobs(prefix="b/")] == ["b/c.png", "b/d.png"]


def test_a_deleted_object_is_missing(bucket: Bucket) -> None:
    bucket.blob("a/b").upload_from_string(b"")
    assert bucket.blob("a/b").exists()
    bucket.blob("a/b").delete()
    assert not bucket.blob("a/b").exists()
    assert bucket.get_blob("a/b") is None


def test_a_missing_object_is_not_found(bucket: Bucket) -> None:
    with pytest.raises(NotFound, match=f"No such object: {bucket.name}/a/b"):
        bucket.blob("a/b").download_as_bytes()


def test_a_missing_bucket_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match="The specified bucket does not exist"):
        client.get_bucket("never-was")


def test_buckets_are_listed(client: Client, bucket: Bucket) -> None:
    assert bucket.name in [each.name for each in client.list_buckets()]


def test_a_bucket_is_made_once(client: Client, bucket: Bucket) -> None:
    with pytest.raises(Conflict):
        client.create_bucket(bucket.name)


def test_an_object_is_not_overwritten_when_it_must_be_new(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string(b"one", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        bucket.blob("a").upload_from_string(b"two", if_generation_match=0)
