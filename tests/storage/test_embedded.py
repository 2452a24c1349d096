import gc
import os
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile, copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imagen_fake.storage.embedded import Draft, Storage
from imagen_fake.storage.metadata import ObjectMetadata, Properties
from imagen_fake.storage.objects import NewObject, StorageError, is_object_name
from tests.storage.test_files import NAMES
from tests.storing import fetch

PNG = "image/png"
LIMIT = 1000


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "root")


def refused(reason: str) -> pytest.RaisesExc[StorageError]:
    return pytest.raises(StorageError, check=lambda error: error.reason == reason)


def snapshot(folder: Path) -> dict[str, bytes | None]:
    files = sorted(folder.rglob("*"))
    return {str(file): file.read_bytes() if file.is_file() else None for file in files}


def names(stored: tuple[ObjectMetadata, ...]) -> list[str]:
    return [each.name for each in stored]


def test_what_was_written_is_read_back(storage: Storage) -> None:
    storage.write("gs://pictures/a/sample_0.png", b"data", PNG)
    assert storage.read("gs://pictures/a/sample_0.png", LIMIT) == b"data"


@given(name=NAMES, data=st.binary(max_size=20))
@settings(deadline=None)  # the disk is waited for
def test_any_name_that_is_taken_reads_back_and_touches_nothing_else(name: str, data: bytes) -> None:
    assume(is_object_name(name))
    with TemporaryDirectory() as folder:
        parent = Path(folder)
        (parent / "beside").write_bytes(b"untouched")
        before = snapshot(parent)
        storage = Storage(parent / "root")
        storage.write(f"gs://pictures/{name}", data, PNG)
        after = snapshot(parent)
        assert storage.read(f"gs://pictures/{name}", LIMIT) == data
        assert names(storage.list("pictures").objects) == [name]
        inside = str(parent / "root")
        assert {path: after[path] for path in after if not path.startswith(inside)} == before


@given(names=st.lists(NAMES.filter(is_object_name), max_size=6, unique=True))
@settings(deadline=None, max_examples=50)  # the disk is waited for
def test_objects_do_not_disturb_one_another(names: list[str]) -> None:
    with TemporaryDirectory() as folder:
        storage = Storage(Path(folder))
        storage.create("pictures")
        for name in names:
            storage.write(f"gs://pictures/{name}", name.encode())
        assert [storage.read(f"gs://pictures/{name}", LIMIT).decode() for name in names] == names
        assert [stored.name for stored in storage.list("pictures").objects] == sorted(names)


def test_a_person_recognises_an_ordinary_file(storage: Storage, tmp_path: Path) -> None:
    storage.write("gs://pictures/sample_0.png", b"data", PNG)
    assert (tmp_path / "root" / "pictures" / "sample_0.png").read_bytes() == b"data"


def test_a_file_put_there_by_hand_is_an_object_typed_by_its_ending(
    storage: Storage, tmp_path: Path
) -> None:
    storage.create("pictures")
    (tmp_path / "root" / "pictures" / "apple.jpg").write_bytes(b"by hand")
    stored, data = fetch(storage, "gs://pictures/apple.jpg")
    assert (stored.content_type, data) == ("image/jpeg", b"by hand")


def test_a_file_changed_by_hand_is_typed_by_its_ending(storage: Storage, tmp_path: Path) -> None:
    storage.write("gs://pictures/apple.jpg", b"data", PNG)
    (tmp_path / "root" / "pictures" / "apple.jpg").write_bytes(b"by hand")
    assert storage.stat("gs://pictures/apple.jpg").content_type == "image/jpeg"


def test_what_is_known_of_an_object_is_told(storage: Storage) -> None:
    stored = storage.write("gs://pictures/a.png", b"hello", PNG)
    assert (stored.bucket, stored.name, stored.size) == ("pictures", "a.png", 5)
    assert (stored.content_type, stored.md5_hash) == (PNG, "XUFAKrxLKna5cZ2REBfFkg==")
    assert storage.stat("gs://pictures/a.png") == stored


def test_the_time_of_a_change_is_told_in_utc(storage: Storage) -> None:
    updated = storage.write("gs://pictures/a.png", b"hello").updated
    assert updated.endswith("Z")
    assert datetime.fromisoformat(updated).tzinfo == UTC


def test_a_generation_only_grows(storage: Storage, tmp_path: Path) -> None:
    generations = [storage.write("gs://pictures/a", data).generation for data in (b"a", b"a", b"b")]
    storage.delete("gs://pictures/a")
    generations.append(storage.write("gs://pictures/a", b"a").generation)
    ahead = tmp_path / "root" / "pictures" / "a"
    os.utime(ahead, (4e9, 4e9))
    generations += [storage.stat("gs://pictures/a").generation]
    generations += [storage.write("gs://pictures/a", b"a").generation]
    assert generations == sorted({*generations})


def test_properties_are_new_and_the_data_stays(storage: Storage) -> None:
    before = storage.write("gs://pictures/a.png", b"data", PNG)
    told = Properties("image/x", {"cacheControl": "no-store"}, {"who": "me"})
    after = storage.update("gs://pictures/a.png", lambda _: told)
    assert (after.generation, after.metageneration) == (before.generation, 2)
    assert fetch(storage, "gs://pictures/a.png") == (after, b"data")
    assert after.properties == told
    assert after.version.etag != before.version.etag


def test_a_file_put_there_by_hand_is_described_too(storage: Storage, tmp_path: Path) -> None:
    storage.create("pictures")
    (tmp_path / "root" / "pictures" / "my photo.png").write_bytes(b"by hand")
    told = Properties("image/x", {}, {"who": "me"})
    storage.update("gs://pictures/my photo.png", lambda _: told)
    assert storage.stat("gs://pictures/my photo.png").properties == told
    assert storage.read("gs://pictures/my photo.png", LIMIT) == b"by hand"


def test_a_copied_folder_keeps_what_was_said_of_its_objects(tmp_path: Path) -> None:
    Storage(tmp_path / "one").write("gs://pictures/a", b"data", PNG)
    copytree(tmp_path / "one", tmp_path / "two", copy_function=copyfile)
    assert Storage(tmp_path / "two").stat("gs://pictures/a").content_type == PNG


def test_a_check_that_raises_leaves_everything_as_it_was(storage: Storage) -> None:
    def check() -> None:
        raise KeyError

    storage.write("gs://pictures/a", b"old", PNG)
    for change in (
        lambda: storage.put([NewObject("gs://pictures/a", b"new", PNG)], check),
        lambda: storage.put([NewObject("gs://others/a", b"new", PNG)], check),
        lambda: storage.delete("gs://pictures/a", check),
        lambda: storage.update("gs://pictures/a", lambda _: Properties("x"), check),
        lambda: storage.create("others", check),
    ):
        with pytest.raises(KeyError):
            change()
    assert storage.read("gs://pictures/a", LIMIT) == b"old"
    assert storage.stat("gs://pictures/a").metageneration == 1
    assert storage.buckets() == ("pictures",)


def test_what_was_staged_before_a_reset_is_not_there_after_it() -> None:
    storage = Storage()
    with storage.folder.stage() as staged:
        staged.write(b"data")
        storage.folder.reset()
        (stored,) = storage.commit([Draft("gs://pictures/a", staged, Properties(PNG))])
    assert stored.size == 4
    assert storage.buckets() == ()


@pytest.mark.parametrize("size", [5_000, 500_000])
def test_a_list_does_not_read_the_data_that_was_written(storage: Storage, size: int) -> None:
    for number in range(20):
        storage.write(f"gs://pictures/{number}", bytes(size), PNG)
    opened: list[str] = []
    watching = True
    sys.addaudithook(
        lambda event, arguments: (
            opened.append(str(arguments[0])) if watching and event == "open" else None
        )
    )
    assert len(storage.list("pictures").objects) == 20
    watching = False
    assert not [
        name for name in opened if Path(name).parent.name == "pictures" and name[-1].isdigit()
    ]


def test_files_put_there_by_hand_are_read_once_to_be_listed(
    storage: Storage, tmp_path: Path
) -> None:
    storage.create("pictures")
    (tmp_path / "root" / "pictures" / "a").write_bytes(b"hello")
    first, again = (storage.list("pictures").objects for _ in range(2))
    assert first == again
    assert first[0].md5_hash == "XUFAKrxLKna5cZ2REBfFkg=="


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("http://pictures/a", "bad_uri"),
        ("gs://pictures", "bad_uri"),
        ("gs://pictures/", "bad_name"),
        ("gs://Pictures/a", "bad_bucket"),
        ("gs:///a", "bad_bucket"),
        ("gs://../a", "bad_bucket"),
        ("gs://pictures/..", "bad_name"),
        ("gs://pictures/a\nb", "bad_name"),
        ("gs://pictures/\ud800", "bad_name"),
        ("gs://pictures/.well-known/acme-challenge/x", "bad_name"),
        ("gs://pictures/" + "é" * 513, "bad_name"),
    ],
)
def test_a_name_that_google_refuses_is_refused(storage: Storage, uri: str, reason: str) -> None:
    with refused(reason):
        storage.write(uri, b"")


def test_a_temporary_folder_is_made_when_it_is_needed_and_goes_with_its_storage() -> None:
    storage = Storage()
    storage.write("gs://pictures/a", b"data")
    root = storage.folder.root
    assert (root / "pictures" / "a").read_bytes() == b"data"
    del storage
    gc.collect()
    assert not root.exists()


def test_nothing_is_made_for_a_storage_that_nobody_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    Storage()
    with refused("denied"):
        Storage().has("pictures")


@pytest.mark.parametrize("size", [0, 9, 10, 11])
def test_no_more_is_read_than_the_limit(storage: Storage, size: int) -> None:
    storage.write("gs://pictures/a", bytes(size))
    if size > 10:
        with refused("too_large"):
            storage.read("gs://pictures/a", 10)
    else:
        assert storage.read("gs://pictures/a", 10) == bytes(size)


def test_buckets_are_listed_and_nothing_else_in_the_folder(
    storage: Storage, tmp_path: Path
) -> None:
    assert storage.buckets() == ()
    for bucket in ("pictures", "con", "a.b"):
        storage.create(bucket)
    (tmp_path / "root" / "file").write_bytes(b"")
    (tmp_path / "root" / "No Bucket").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path)
    assert storage.buckets() == ("a.b", "con", "pictures")


def test_a_bucket_that_never_was_is_missing(storage: Storage) -> None:
    with refused("missing_bucket"):
        storage.read("gs://pictures/a", LIMIT)


def test_an_object_that_never_was_is_missing(storage: Storage) -> None:
    storage.write("gs://pictures/a", b"")
    with refused("missing_object"):
        storage.read("gs://pictures/b", LIMIT)


def test_a_deleted_object_is_missing(storage: Storage) -> None:
    storage.write("gs://pictures/a", b"")
    storage.delete("gs://pictures/a")
    with refused("missing_object"):
        storage.read("gs://pictures/a", LIMIT)


def test_a_deleted_object_leaves_no_file(storage: Storage, tmp_path: Path) -> None:
    storage.write("gs://pictures/a", b"")
    storage.delete("gs://pictures/a")
    assert [*(tmp_path / "root" / "pictures").iterdir()] == []


def test_a_root_that_cannot_be_a_folder_is_denied(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with refused("denied"):
        Storage(tmp_path / "file").write("gs://pictures/a", b"")


def test_a_link_in_a_bucket_is_not_followed(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    storage.create("pictures")
    (tmp_path / "root" / "pictures" / "a").symlink_to(tmp_path / "secret")
    with refused("denied"):
        storage.read("gs://pictures/a", LIMIT)
    assert storage.list("pictures").objects == ()


def test_writing_over_a_link_leaves_alone_what_it_leads_to(
    storage: Storage, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    storage.create("pictures")
    (tmp_path / "root" / "pictures" / "a").symlink_to(tmp_path / "secret")
    storage.write("gs://pictures/a", b"new")
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_a_bucket_that_is_a_link_is_denied(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "pictures").symlink_to(tmp_path / "outside")
    with refused("denied"):
        storage.write("gs://pictures/a", b"")
    assert [*(tmp_path / "outside").iterdir()] == []


@pytest.fixture
def filled(storage: Storage) -> Storage:
    for name in ("a", "a/b", "a/c/d", "b/e", "é"):
        storage.write(f"gs://pictures/{name}", b"")
    return storage


def test_a_list_has_the_names_in_order(filled: Storage) -> None:
    assert names(filled.list("pictures").objects) == ["a", "a/b", "a/c/d", "b/e", "é"]


def test_a_prefix_chooses_names(filled: Storage) -> None:
    assert names(filled.list("pictures", prefix="a/").objects) == ["a/b", "a/c/d"]


def test_a_delimiter_folds_names_into_folders(filled: Storage) -> None:
    page = filled.list("pictures", delimiter="/")
    assert (names(page.objects), page.prefixes) == (["a", "é"], ("a/", "b/"))
    page = filled.list("pictures", prefix="a/", delimiter="/")
    assert (names(page.objects), page.prefixes) == (["a/b"], ("a/c/",))


@pytest.mark.parametrize("delimiter", ["", "/"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
def test_pages_put_together_are_the_whole_list(filled: Storage, limit: int, delimiter: str) -> None:
    whole = filled.list("pictures", delimiter=delimiter)
    page = filled.list("pictures", delimiter=delimiter, limit=limit)
    objects, prefixes = [*page.objects], [*page.prefixes]
    while page.last is not None:
        page = filled.list("pictures", delimiter=delimiter, after=page.last, limit=limit)
        assert 0 < len(page.objects) + len(page.prefixes) <= limit
        objects += page.objects
        prefixes += page.prefixes
    assert (tuple(objects), tuple(prefixes)) == (whole.objects, whole.prefixes)


def test_a_list_of_a_bucket_that_never_was_is_refused(storage: Storage) -> None:
    with refused("missing_bucket"):
        storage.list("pictures")


def test_writers_at_the_same_time_leave_one_whole_object(storage: Storage) -> None:
    versions = {bytes([digit]) * 200_000: f"image/{digit}" for digit in range(4)}
    storage.write("gs://pictures/a", *next(iter(versions.items())))
    seen: list[tuple[str, bytes]] = []

    def write(data: bytes, content_type: str) -> None:
        for _ in range(10):
            storage.write("gs://pictures/a", data, content_type)
            stored, read = fetch(storage, "gs://pictures/a")
            seen.append((stored.md5_hash, read))

    threads = [threading.Thread(target=write, args=version) for version in versions.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 40
    assert {data for _, data in seen} <= versions.keys()
    stored, data = fetch(storage, "gs://pictures/a")
    assert stored.content_type == versions[data]


@pytest.mark.parametrize("given", ["/proc/none", "/proc/none/deeper", "/dev/null/below"])
def test_a_folder_that_cannot_be_made_is_no_missing_object_to_who_writes(given: str) -> None:
    storage = Storage(Path(given))
    picture = NewObject("gs://pictures/a.png", b"a", "image/png")
    for write in (
        lambda: storage.put([picture]),
        lambda: storage.write(picture.uri, b"a"),
        lambda: storage.create("pictures"),
        lambda: storage.folder.stage(),
    ):
        with pytest.raises(StorageError) as refused:
            write()
        assert refused.value.reason == "denied"


def test_nothing_is_found_in_a_folder_that_cannot_be_made() -> None:
    with pytest.raises(StorageError) as refused:
        Storage(Path("/proc/none")).stat("gs://pictures/a.png")
    assert refused.value.reason in ("missing_bucket", "missing_object")
