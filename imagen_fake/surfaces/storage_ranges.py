"""`Content-Range` of uploads and `Range` of downloads."""

import re

from imagen_fake.storage.metadata import ObjectMetadata
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.upload_state import ContentRange

EMPTY_FILE = "bytes 0--1/0"
"""What Node's client says of an empty file that it is to send in parts of a given size."""


def parse_content_range(content_range: str | None, size: int | None) -> ContentRange:
    """Parse `Content-Range`; `size` is the length of the part in bytes, None if unknown.

    Raises StorageError bad_range for what is none of `N-M/T`, `N-M/*`, `N-*/T`, `N-*/*`, `*/T`
    and `*/*`, or does not fit the size. What goes on to an unsaid end is the rest of the upload.
    """
    if content_range is None:
        return ContentRange(0, size)
    match = re.fullmatch(
        r"bytes (?:([0-9]{1,18})-([0-9]{1,18}|\*)|\*)/([0-9]{1,18}|\*)", content_range
    )
    if content_range == EMPTY_FILE and size in (None, 0):
        return ContentRange(0, 0)
    if match is None:
        raise StorageError("bad_range", content_range)
    first, last, total = (int(text) if text not in (None, "*") else None for text in match.groups())
    size_of_object = total
    if first is not None and last is None and total is None and size is not None:
        size_of_object = first + size
    if first is not None and last is not None:
        is_consistent = size in (None, last + 1 - first) and last >= first
        if not is_consistent or (total is not None and last >= total):
            raise StorageError("bad_range", content_range)
    return ContentRange(first, size_of_object)


def parse_range(header: str, metadata: ObjectMetadata) -> range | None:
    """The bytes a Range header asks for; None for all. Raises StorageError `range`."""
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", header)
    if match is None or not (match[1] or match[2]):
        return None
    first, last = (int(text) if text else None for text in match.groups())
    start = max(0, metadata.size - (last or 0)) if first is None else first
    stop = metadata.size if first is None or last is None else min(last + 1, metadata.size)
    if start >= stop:
        whole = {"content-range": f"bytes */{metadata.size}"}
        raise StorageError("range", f"gs://{metadata.bucket}/{metadata.name}", **whole)
    return range(start, stop)
