"""Conditions of a request on the version of an object, as the JSON API and HTTP name them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import eq

from imagen_fake.storage.metadata import Version
from imagen_fake.storage.objects import StorageError

NUMBER = re.compile("-?[0-9]{1,19}")
NO_VERSION = Version(0, 0)
"""What an object counts as that is not there."""


class NotModified(Exception):  # noqa: N818 - it is an answer, not an error
    """The caller's copy is current."""


Numbers = tuple[int | None, int | None]
"""A generation and a metageneration, None where there is no condition on it."""


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The preconditions of a request. None, or an empty tuple, is none."""

    generation: int | None = None
    """The generation that is addressed; others count as missing."""
    numbers_match: Numbers = (None, None)
    numbers_not_match: Numbers = (None, None)
    match: tuple[str, ...] = ()
    none_match: tuple[str, ...] = ()

    def check(self, version: Version | None, uri: str, *, reading: bool = False) -> None:
        """Raise StorageError missing_object or precondition, NotModified for one who reads."""
        numbers = version or NO_VERSION
        if self.generation not in (None, numbers.generation):
            raise StorageError("missing_object", uri)
        same = zip(self.numbers_match, numbers, strict=True)
        if any(expected not in (None, number) for expected, number in same) or (
            self.match and not _matches_etag(version, self.match)
        ):
            raise StorageError("precondition", uri)
        if any(map(eq, self.numbers_not_match, numbers)) or _matches_etag(version, self.none_match):
            if reading:
                raise NotModified
            raise StorageError("precondition", uri)


def parse_preconditions(query: Mapping[str, str], headers: Mapping[str, str]) -> Preconditions:
    """The conditions on the object that a request is about. Raises StorageError bad_parameter."""
    tags = parse_etags(headers.get("if-match", "")), parse_etags(headers.get("if-none-match", ""))
    return Preconditions(parse_number(query, "generation"), *_parse_numbers(query, "if"), *tags)


def parse_source_preconditions(query: Mapping[str, str]) -> Preconditions:
    """The conditions on the object that is copied. Raises StorageError bad_parameter."""
    return Preconditions(
        parse_number(query, "sourceGeneration"), *_parse_numbers(query, "ifSource")
    )


def _parse_numbers(query: Mapping[str, str], prefix: str) -> tuple[Numbers, Numbers]:
    generation, metageneration = f"{prefix}Generation", f"{prefix}Metageneration"
    return (
        (parse_number(query, f"{generation}Match"), parse_number(query, f"{metageneration}Match")),
        (
            parse_number(query, f"{generation}NotMatch"),
            parse_number(query, f"{metageneration}NotMatch"),
        ),
    )


def parse_number(query: Mapping[str, str], name: str) -> int | None:
    """A whole number; None if it is not given. Raises StorageError bad_parameter."""
    text = query.get(name)
    if text is not None and not NUMBER.fullmatch(text):
        raise StorageError("bad_parameter", name)
    return None if text is None else int(text)


def parse_etags(text: str) -> tuple[str, ...]:
    """The entity tags in a header, without their quotes."""
    parts = [part.strip().removeprefix("W/").strip('"') for part in text.split(",")]
    return tuple(part for part in parts if part)


def _matches_etag(version: Version | None, tags: tuple[str, ...]) -> bool:
    return version is not None and ("*" in tags or version.etag in tags)
