import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.metadata import Hasher, ObjectMetadata, Properties
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.upload_state import (
    ContentRange,
    Upload,
    UploadPart,
    load_upload,
    verify_checksums,
)

KEY = "a" * 64
UPLOAD = Upload("pictures", "a/b", Properties("image/png"), {"fields": "x"}, {"crc32c": "AAAAAA=="})
STORED = ObjectMetadata("pictures", "a/b", 3, "m", "c", 7, 1, "t", "t", Properties("image/png"))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_of_a_part_those_bytes_count_that_are_not_there(start: int, size: int, there: int) -> None:
    held = set(range(there))
    sent = set(range(start, start + size))
    expected = len(sent - held) if start <= there else 0
    assert ContentRange(start, None).new_bytes(size, there) == expected


def test_a_question_sends_nothing() -> None:
    assert ContentRange(None, 9).new_bytes(0, 3) == 0


@pytest.mark.parametrize(
    "upload",
    [
        UPLOAD,
        Upload(
            "b",
            "n",
            Properties(),
            size=3,
            parts=(UploadPart(0, 1), UploadPart(1, 2)),
            stored=STORED,
        ),
    ],
)
def test_a_record_is_read_as_it_was_written(tmp_path: Path, upload: Upload) -> None:
    (tmp_path / f"{KEY}.json").write_text(json.dumps(asdict(upload)))
    assert load_upload(tmp_path, KEY) == upload


@pytest.mark.parametrize("text", ["", "[1]", '{"parts": [[1, 2, 3]]}', '{"stored": {}}', "\ud7ff"])
def test_a_spoiled_record_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / f"{KEY}.json").write_text(text)
    assert load_upload(tmp_path, KEY) is None


@pytest.mark.parametrize("key", ["", "..", "A" * 64, "a" * 63, f"../{'a' * 64}", "a" * 64 + "\n"])
def test_no_other_name_is_looked_for(tmp_path: Path, key: str) -> None:
    assert load_upload(tmp_path, key) is None


@pytest.mark.parametrize("name", ["md5Hash", "crc32c"])
def test_the_checksum_of_other_data_is_refused(name: str) -> None:
    sums = [Hasher(), Hasher()]
    sums[0].update(b"data")
    right, wrong = (
        {"md5Hash": one.checksums().md5_hash, "crc32c": one.checksums().crc32c} for one in sums
    )
    verify_checksums({name: right[name]}, sums[0].checksums(), "gs://b/n")
    with pytest.raises(StorageError, match="bad_hash"):
        verify_checksums({name: wrong[name]}, sums[0].checksums(), "gs://b/n")
