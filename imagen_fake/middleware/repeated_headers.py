"""Which headers must not be repeated: readers would disagree on which one counts."""

from collections.abc import Iterable

from imagen_fake.pipeline.errors import ApiError

SINGLE_HEADERS = frozenset(
    b"authorization content-length host origin x-goog-api-key x-imagen-fake".split()
)


def reject_repeated(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raise ApiError for a header, its name in lower case, that is repeated though it must not."""
    seen = set()
    for name, _ in headers:
        if name in seen:
            raise ApiError("header_repeated", name=name.decode())
        if name in SINGLE_HEADERS:
            seen.add(name)
