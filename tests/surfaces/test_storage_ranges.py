import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.metadata import ObjectMetadata
from imagen_fake.storage.objects import StorageError
from imagen_fake.surfaces.storage_reads import parse_range
from imagen_fake.surfaces.storage_uploads import parse_content_range
from tests.storing import reason
from tests.sweep import sweep

TEN = ObjectMetadata("pictures", "a", 10, "", "", 1, 1, "", "")


@sweep(
    ("place", "size", "start", "total"),
    [
        (None, 4, 0, 4),
        ("bytes 0-3/4", 4, 0, 4),
        ("bytes 2-3/*", 2, 2, None),
        ("bytes 2-*/6", 4, 2, 6),
        ("bytes 2-*/*", 4, 2, 6),
        ("bytes 0--1/0", 0, 0, 0),
        ("bytes 0--1/0", None, 0, 0),
        ("bytes */6", 0, None, 6),
        ("bytes */*", 0, None, None),
        ("bytes 2-*/*", None, 2, None),
    ],
)
def test_where_a_part_belongs(
    place: str | None, size: int | None, start: int | None, total: int | None
) -> None:
    found = parse_content_range(place, size)
    assert (found.start, found.total) == (start, total)


@given(text=st.text(alphabet="bytes 0123456789-*/", max_size=24), size=st.integers(0, 99))
def test_any_place_is_read_or_refused(text: str, size: int) -> None:
    assert reason(lambda: parse_content_range(text, size)) in (None, "bad_range")


@given(
    first=st.integers(0, 20) | st.none(),
    last=st.integers(0, 20) | st.none(),
    data=st.just(b"0123456789"),
)
def test_a_range_is_what_a_file_would_read(
    first: int | None, last: int | None, data: bytes
) -> None:
    text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if first is None and last is None:
        assert parse_range(text, TEN) is None
        return
    file = io.BytesIO(data)
    file.seek(max(0, 10 - (last or 0)) if first is None else first)
    expected = file.read() if first is None or last is None else file.read(max(0, last + 1 - first))
    if not expected:
        with pytest.raises(StorageError, match="range") as caught:
            parse_range(text, TEN)
        assert caught.value.headers == {"content-range": "bytes */10"}
        return
    found = parse_range(text, TEN)
    assert found is not None
    assert data[found.start : found.stop] == expected
