import os
from pathlib import Path

import pytest

from imagen_fake.objects import StorageError
from imagen_fake.staging import Staged
from imagen_fake.storage import Storage
from imagen_fake.stored import Properties
from imagen_fake.uploads import MOST, MOST_FULL, Place, Upload, Uploads
from tests.storing import reason

LARGEST = 1000
UPLOAD = Upload("pictures", "a", Properties("image/png"), {}, {})


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path)


@pytest.fixture
def uploads(storage: Storage) -> Uploads:
    return Uploads(storage, LARGEST)


def accept(_: Staged, __: Upload) -> None:
    """Take everything."""


def add(storage: Storage, key: str, data: bytes, start: int, total: int | None = None) -> Upload:
    with storage.folder.stage() as part:
        part.write(data)
        uploads = Uploads(storage, LARGEST)
        return uploads.add(key, "pictures", None, Place(start, total), part, accept)


def test_another_process_goes_on_where_one_stopped(storage: Storage, uploads: Uploads) -> None:
    key = uploads.begin(UPLOAD)
    add(storage, key, b"12345", 0)
    other = Storage(storage.root)
    assert Uploads(other, LARGEST).get(key, "pictures", "a").size == 5
    done = add(other, key, b"6789", 5, 9)
    assert done.stored == storage.stat("gs://pictures/a")
    assert storage.fetch("gs://pictures/a")[1] == b"123456789"
    assert uploads.get(key, "pictures", None) == done


def test_what_a_killed_writer_left_behind_what_was_acknowledged_does_not_count(
    storage: Storage, uploads: Uploads
) -> None:
    key = uploads.begin(UPLOAD)
    add(storage, key, b"12345", 0)
    with (storage.folder.uploads / key).open("ab") as data:
        data.write(b"half a part")
    add(storage, key, b"6789", 5, 9)
    assert storage.read("gs://pictures/a", LARGEST) == b"123456789"


def test_uploads_are_bounded_in_number(storage: Storage, uploads: Uploads) -> None:
    keys = [uploads.begin(UPLOAD) for _ in range(MOST + 3)]
    for number, key in enumerate(keys):
        os.utime(storage.folder.uploads / f"{key}.json", (number, number)) if (
            storage.folder.uploads / f"{key}.json"
        ).exists() else None
    kept = [key for key in keys if reason(lambda k=key: uploads.get(k, "pictures", None)) is None]  # type: ignore[misc] # bound at once
    assert kept == keys[3:]


def test_uploads_are_bounded_in_the_sum_of_their_bytes(storage: Storage, uploads: Uploads) -> None:
    for _ in range(3 * MOST_FULL):
        add(storage, uploads.begin(UPLOAD), bytes(LARGEST), 0)
        sizes = [
            file.stat().st_size for file in storage.folder.uploads.iterdir() if not file.suffix
        ]
        assert sum(sizes) <= MOST_FULL * LARGEST
    assert len(sizes) == MOST_FULL


def test_an_upload_that_grows_too_large_is_forgotten(storage: Storage, uploads: Uploads) -> None:
    key = uploads.begin(UPLOAD)
    add(storage, key, bytes(LARGEST), 0)
    with pytest.raises(StorageError, match="too_large"):
        add(storage, key, b"x", LARGEST)
    assert [*storage.folder.uploads.iterdir()] == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"stored": 1}'])
def test_an_upload_that_a_person_spoiled_is_missing(
    storage: Storage, uploads: Uploads, text: str
) -> None:
    key = uploads.begin(UPLOAD)
    (storage.folder.uploads / f"{key}.json").write_text(text)
    with pytest.raises(StorageError, match="missing_upload"):
        uploads.get(key, "pictures", None)


def test_a_cancelled_upload_keeps_no_data(storage: Storage, uploads: Uploads) -> None:
    key = uploads.begin(UPLOAD)
    add(storage, key, b"12345", 0)
    uploads.cancel(key, "pictures", "a")
    assert [file.name for file in storage.folder.uploads.iterdir()] == [f"{key}.json"]
    with pytest.raises(StorageError, match="cancelled_upload"):
        add(storage, key, b"6789", 5, 9)
