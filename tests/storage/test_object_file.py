import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.metadata import Properties, Stamp
from imagen_fake.storage.object_file import (
    ChecksumCache,
    ObjectFile,
    find_object,
    list_page,
    object_names,
    open_object,
)

NAMES = st.lists(st.text(alphabet="ab/", min_size=1, max_size=5), max_size=12, unique=True)


def test_an_object_is_looked_for_and_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"data")
    there = find_object(tmp_path, "pictures", "a", folds=False)
    assert there
    again, data = open_object(there)
    with data:
        assert (again, data.read()) == (there, b"data")
    assert find_object(tmp_path, "pictures", "b", folds=False) is None
    assert [*object_names(tmp_path, folds=False)] == ["a"]


def test_an_object_nobody_described_is_measured_and_its_data_can_be_read_after_it() -> None:
    found = ObjectFile("pictures", "a.png", Path("a.png"), Stamp(10**18, 5), None)
    known, data = ChecksumCache(1), io.BytesIO(b"hello")
    stored = found.read_metadata(data, known)
    assert (stored.md5_hash, stored.crc32c) == ("XUFAKrxLKna5cZ2REBfFkg==", "mnG7TA==")
    assert stored.properties == Properties("image/png")
    assert data.read() == b"hello"
    assert found.read_metadata(io.BytesIO(b"other"), known) == stored


@given(given=NAMES, prefix=st.text(alphabet="ab/", max_size=2), limit=st.integers(1, 4))
def test_pages_put_together_are_what_a_person_would_list(
    given: list[str], prefix: str, limit: int
) -> None:
    keys: list[tuple[str, bool]] = []
    after = ""
    while True:
        page, last = list_page(iter(given), prefix, "/", after, limit)
        assert len(page) <= limit
        keys += page
        if last is None:
            break
        after = last
    rest = {name: name[len(prefix) :] for name in given if name.startswith(prefix)}
    objects = {(name, False) for name, tail in rest.items() if "/" not in tail}
    folders = {(prefix + tail.split("/")[0] + "/", True) for tail in rest.values() if "/" in tail}
    assert keys == sorted(objects | folders)
