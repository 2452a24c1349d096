import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.storage.objects import StorageError
from imagen_fake.surfaces.multipart import MAX_HEAD_BYTES, MultipartRelated
from tests.storing import reason, related

BOUNDARIES = st.text(alphabet="ab=-", min_size=1, max_size=8)
DATA = st.lists(st.sampled_from([b"\r\n", b"--", b"a", b"b", b"=", b"-", b"\r", b"\n\r\n"])).map(
    b"".join
)


def read(body: bytes, content_type: str, cuts: list[int]) -> tuple[object, bytes]:
    """What a reader makes of a body that comes in pieces."""
    reader, data, start = MultipartRelated(content_type), b"", 0
    for end in [*sorted(cuts), len(body)]:
        data += reader.feed(body[start:end])
        start = max(start, end)
    reader.end()
    return reader.resource, data


@given(data=DATA, boundary=BOUNDARIES, cuts=st.lists(st.integers(0, 300), max_size=6))
def test_data_comes_out_as_it_went_in_however_it_is_cut(
    data: bytes, boundary: str, cuts: list[int]
) -> None:
    body, content_type = related({"name": "a"}, data, boundary)
    if f"\r\n--{boundary}".encode() in data + b"\r\n--"[:-1] or boundary in data.decode():
        return  # such a boundary is none for this data
    assert read(body, content_type, cuts) == ({"name": "a", "contentType": "image/png"}, data)


@given(body=st.lists(st.sampled_from([b"--x", b"\r\n", b"{}", b"a: b", b"--"])).map(b"".join))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    refused = reason(lambda: read(body, "multipart/related; boundary=x", []))
    assert refused in (None, "bad_upload")


@pytest.mark.parametrize(
    "content_type",
    ["", "multipart/related", "multipart/related; boundary=", 'multipart/related; boundary=""',
     "multipart/related; boundary=" + "x" * 71, 'multipart/related; boundary="x'],
)  # fmt: skip
def test_a_type_without_a_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(StorageError, match="bad_upload"):
        MultipartRelated(content_type)


def test_a_third_part_is_refused() -> None:
    body, content_type = related({}, b"data")
    with pytest.raises(StorageError, match="bad_upload"):
        read(body.removesuffix(b"--") + b"\r\n\r\nmore\r\n--==x==--", content_type, [])


def test_a_body_without_its_end_is_refused() -> None:
    body, content_type = related({}, b"data")
    with pytest.raises(StorageError, match="bad_upload"):
        read(body[:-3], content_type, [])


def test_a_head_is_bounded() -> None:
    body, content_type = related({"name": "a" * MAX_HEAD_BYTES}, b"data")
    with pytest.raises(StorageError, match="bad_upload"):
        read(body, content_type, [])
    with pytest.raises(StorageError, match="bad_upload"):
        MultipartRelated(content_type).feed(b"x" * (MAX_HEAD_BYTES + 1))


@given(unit=st.sampled_from([b"\r\n--==x=", b"\r\n", b"\r\n--", b"-", b"\r", b"==x==", b"x"]),
       boundary=st.sampled_from(["==x==", "-" * 70, "=" * 69 + "x"]))  # fmt: skip
@settings(deadline=None)
def test_the_work_is_linear_in_the_data(unit: bytes, boundary: str) -> None:
    """Four megabytes of what looks like a boundary take a fraction of a second of the processor."""
    body, content_type = related({}, unit * (2**22 // len(unit)), boundary)
    pieces = [body[at : at + 2**20] for at in range(0, len(body), 2**20)]
    reader, start = MultipartRelated(content_type), time.process_time()
    size = sum(len(reader.feed(piece)) for piece in pieces)
    assert time.process_time() - start < 2
    assert size <= 2**22
