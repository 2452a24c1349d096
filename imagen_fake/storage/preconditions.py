"""Conditions of a request on the version of an object, as the JSON API and HTTP name them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from imagen_fake.storage.metadata import Version
from imagen_fake.storage.objects import StorageError

NUMBER = re.compile("-?[0-9]{1,19}")
NO_VERSION = Version(0, 0)
"""What an object counts as that is not there."""


class NotModified(Exception):  # noqa: N818 - it is an answer, not an error
    """The caller's copy is current."""


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The preconditions of a request. None, or an empty tuple, is none."""

    generation: int | None = None
    """The generation that is addressed; others count as missing."""
    generation_match: int | None = None
    generation_not_match: int | None = None
    metageneration_match: int | None = None
    metageneration_not_match: int | None = None
    match: tuple[str, ...] = ()
    none_match: tuple[str, ...] = ()

    def check(self, version: Version | None, uri: str, *, reading: bool = False) -> None:
        """Raise StorageError missing_object or precondition, NotModified for one who reads."""
        if self.generation is not None and (version or NO_VERSION).generation != self.generation:
            raise StorageError("missing_object", uri)
        if not self._matches(version):
            raise StorageError("precondition", uri)
        if not self._differs(version):
            if reading:
                raise NotModified
            raise StorageError("precondition", uri)

    def _matches(self, version: Version | None) -> bool:
        generation, metageneration = version or NO_VERSION
        return (
            self.generation_match in (None, generation)
            and self.metageneration_match in (None, metageneration)
            and (not self.match or _matches_etag(version, self.match))
        )

    def _differs(self, version: Version | None) -> bool:
        generation, metageneration = version or NO_VERSION
        return (
            self.generation_not_match != generation
            and self.metageneration_not_match != metageneration
            and not _matches_etag(version, self.none_match)
        )


def parse_preconditions(query: Mapping[str, str], headers: Mapping[str, str]) -> Preconditions:
    """The conditions on the object that a request is about. Raises StorageError bad_parameter."""
    tags = parse_etags(headers.get("if-match", "")), parse_etags(headers.get("if-none-match", ""))
    return Preconditions(parse_number(query, "generation"), *_generation_params(query, "if"), *tags)


def parse_source_preconditions(query: Mapping[str, str]) -> Preconditions:
    """The conditions on the object that is copied. Raises StorageError bad_parameter."""
    return Preconditions(
        parse_number(query, "sourceGeneration"), *_generation_params(query, "ifSource")
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


def _generation_params(
    query: Mapping[str, str], prefix: str
) -> tuple[int | None, int | None, int | None, int | None]:
    return (
        parse_number(query, f"{prefix}GenerationMatch"),
        parse_number(query, f"{prefix}GenerationNotMatch"),
        parse_number(query, f"{prefix}MetagenerationMatch"),
        parse_number(query, f"{prefix}MetagenerationNotMatch"),
    )


def _matches_etag(version: Version | None, tags: tuple[str, ...]) -> bool:
    return version is not None and ("*" in tags or version.etag in tags)
