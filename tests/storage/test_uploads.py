import os
import random
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.metadata import Properties
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.staging import Staged
from imagen_fake.storage.upload_state import ContentRange, Upload
from imagen_fake.storage.uploads import MAX_COPIED_PART, MAX_FULL_UPLOADS, MAX_UPLOADS, Uploads
from tests.storing import fetch, reason

LARGEST = 1000
LARGE = 64 * MAX_COPIED_PART
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
        return uploads.add(key, "pictures", None, ContentRange(start, total), part, accept)


def test_another_process_goes_on_where_one_stopped(storage: Storage, uploads: Uploads) -> None:
    key = uploads.begin(UPLOAD)
    add(storage, key, b"12345", 0)
    other = Storage(storage.folder.root)
    assert Uploads(other, LARGEST).get(key, "pictures", "a").size == 5
    done = add(other, key, b"6789", 5, 9)
    assert done.stored == storage.stat("gs://pictures/a")
    assert fetch(storage, "gs://pictures/a")[1] == b"123456789"
    assert uploads.get(key, "pictures", None) == done


def test_what_a_killed_writer_left_behind_what_was_acknowledged_does_not_count(
    storage: Storage, uploads: Uploads
) -> None:
    key = uploads.begin(UPLOAD)
    add(storage, key, b"12345", 0)
    with (storage.folder.uploads / f"{key}.0").open("ab") as data:
        data.write(b"half a part")
    (storage.folder.uploads / f"{key}.1").write_bytes(b"a part")
    add(storage, key, b"6789", 5, 9)
    assert storage.read("gs://pictures/a", LARGEST) == b"123456789"


LENGTHS = st.lists(
    st.sampled_from([1, 1000, MAX_COPIED_PART, MAX_COPIED_PART + 1, 2 * MAX_COPIED_PART]),
    min_size=1,
    max_size=5,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LENGTHS, st.integers(0, 3000))
def test_parts_of_any_size_are_put_together(
    storage: Storage, lengths: list[int], again: int
) -> None:
    uploads = Uploads(storage, LARGE)
    whole = random.Random(1).randbytes(sum(lengths))  # noqa: S311 (no secret)
    key, place = uploads.begin(UPLOAD), 0
    for length in lengths:
        start = max(0, place - again)  # a client may send once more what has come
        place += length
        with storage.folder.stage() as part:
            part.write(whole[start:place])
            done = uploads.add(key, "pictures", "a", ContentRange(start, len(whole)), part, accept)
    assert done.stored == storage.stat("gs://pictures/a")
    assert storage.read("gs://pictures/a", LARGE) == whole
    assert [file.suffix for file in storage.folder.uploads.glob(f"{key}*")] == [".json"]


def begun_with(storage: Storage, data: bytes) -> str:
    """An upload of which all but the last byte has come."""
    uploads = Uploads(storage, LARGE)
    key = uploads.begin(UPLOAD)
    with storage.folder.stage() as part:
        part.write(data)
        uploads.add(key, "pictures", "a", ContentRange(0, len(data) + 1), part, accept)
    return key


def finish(storage: Storage, key: str, start: int) -> str | None:
    """Why the last byte of an upload is refused; None if it has become an object."""

    def add() -> None:
        with storage.folder.stage() as part:
            part.write(b"x")
            place = ContentRange(start, start + 1)
            Uploads(storage, LARGE).add(key, "pictures", "a", place, part, accept)

    return reason(add)


def test_a_large_upload_that_ends_holds_up_nobody(storage: Storage) -> None:
    storage.write("gs://pictures/other", b"1")
    key = begun_with(storage, bytes(LARGE - 1))
    ending = Thread(target=finish, args=[storage, key, LARGE - 1])
    asked = 0
    ending.start()
    while ending.is_alive():
        storage.stat("gs://pictures/other")
        asked += 1
    assert storage.stat("gs://pictures/a").size == LARGE
    assert asked > 10


def happen(move: str, storage: Storage, key: str) -> None:
    """What may come between the last part of an upload and its end."""
    uploads = Uploads(storage, LARGE)
    if move == "cancel":
        uploads.cancel(key, "pictures", "a")
    elif move == "reset":
        storage.folder.reset()
    elif move == "forget":
        for _ in range(MAX_UPLOADS):
            uploads.begin(UPLOAD)
    else:
        finish(storage, key, LARGE // 4)


@pytest.mark.parametrize("move", ["cancel", "reset", "forget", "finish"])
def test_what_happens_to_an_upload_while_it_ends_is_not_undone(storage: Storage, move: str) -> None:
    reasons = {"cancel": "cancelled_upload", "reset": "missing_upload", "forget": "missing_upload"}
    key = begun_with(storage, bytes(LARGE // 4))
    ended: list[str | None] = []
    ending = Thread(target=lambda: ended.append(finish(storage, key, LARGE // 4)))
    ending.start()
    while ending.is_alive() and not (storage.folder.uploads / f"{key}.0").exists():
        pass
    happen(move, storage, key)
    ending.join()
    [why] = ended
    assert why in (None, reasons.get(move))
    there = reason(lambda: storage.stat("gs://pictures/a")) is None
    assert there is (why is None)
    assert [*storage.folder.uploads.glob(f"{key}.[0-9]*")] == []


def test_uploads_are_bounded_in_number(storage: Storage, uploads: Uploads) -> None:
    keys = [uploads.begin(UPLOAD) for _ in range(MAX_UPLOADS + 3)]
    for number, key in enumerate(keys):
        os.utime(storage.folder.uploads / f"{key}.json", (number, number)) if (
            storage.folder.uploads / f"{key}.json"
        ).exists() else None
    kept = [key for key in keys if reason(lambda k=key: uploads.get(k, "pictures", None)) is None]  # type: ignore[misc] # bound at once
    assert kept == keys[3:]


def test_uploads_are_bounded_in_the_sum_of_their_bytes(storage: Storage, uploads: Uploads) -> None:
    for _ in range(3 * MAX_FULL_UPLOADS):
        add(storage, uploads.begin(UPLOAD), bytes(LARGEST), 0)
        sizes = [
            file.stat().st_size
            for file in storage.folder.uploads.iterdir()
            if file.suffix != ".json"
        ]
        assert sum(sizes) <= MAX_FULL_UPLOADS * LARGEST
    assert len(sizes) == MAX_FULL_UPLOADS


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
