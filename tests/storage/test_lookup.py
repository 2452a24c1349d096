from pathlib import Path

import pytest

from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.lookup import Lookup
from imagen_fake.storage.metadata import Checksums, Stamp
from imagen_fake.storage.objects import StorageError
from tests.storage.test_files import make
from tests.storing import fetch


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket"])
def test_what_is_no_regular_file_is_no_object_and_nothing_waits_for_it(
    tmp_path: Path, kind: str
) -> None:
    (tmp_path / "pictures").mkdir()
    make(kind, tmp_path / "pictures" / "a")
    lookup = Lookup(tmp_path)
    assert lookup.list("pictures").objects == ()
    assert lookup.version("gs://pictures/a") is None
    with pytest.raises(StorageError, match="missing_object"):
        fetch(lookup, "gs://pictures/a")
    with pytest.raises(StorageError, match="missing_object"):
        lookup.read("gs://pictures/a", 9)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "socket"])
def test_a_hidden_file_that_is_no_regular_file_says_nothing(tmp_path: Path, kind: str) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"data")
    make(kind, tmp_path / "pictures" / ".a.png.json")
    assert Lookup(tmp_path).stat("gs://pictures/a.png").content_type == "image/png"


def test_data_that_was_opened_stays_what_it_was(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    written = storage.write("gs://pictures/a", b"old", "image/old")
    stored, data = storage.open("gs://pictures/a")
    storage.write("gs://pictures/a", b"new", "image/new")
    with data:
        assert (stored, data.read()) == (written, b"old")


def test_an_object_is_read_up_to_the_limit(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    storage.write("gs://pictures/a", b"12345")
    assert storage.read("gs://pictures/a", 5) == b"12345"
    with pytest.raises(StorageError, match="too_large"):
        storage.read("gs://pictures/a", 4)


def test_checksums_of_ten_thousand_files_are_kept(tmp_path: Path) -> None:
    checksums, cache = Checksums("", ""), Lookup(tmp_path)._checksum_cache
    for number in range(10_001):
        cache.put((tmp_path, Stamp(number, 0)), checksums)
    kept = [cache.get((tmp_path, Stamp(number, 0))) for number in (0, 1, 10_000)]
    assert kept == [None, checksums, checksums]
