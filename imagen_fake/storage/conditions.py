"""Conditions of a request on the version of an object, as the JSON API and HTTP name them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.stored import Version

NUMBER = re.compile("-?[0-9]{1,19}")
NO_VERSION = Version(0, 0)
"""What an object counts as that is not there."""


class NotModified(Exception):  # noqa: N818 - it is an answer, not an error
    """The caller has what it asks for."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of an object. None, or an empty tuple, asks nothing."""

    generation: int | None = None
    """The one that is spoken of; any other is missing."""
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
            and (not self.match or _among(version, self.match))
        )

    def _differs(self, version: Version | None) -> bool:
        generation, metageneration = version or NO_VERSION
        return (
            self.generation_not_match != generation
            and self.metageneration_not_match != metageneration
            and not _among(version, self.none_match)
        )


def conditions(query: Mapping[str, str], headers: Mapping[str, str]) -> Conditions:
    """The conditions on the object that a request is about. Raises StorageError bad_parameter."""
    tags = etags(headers.get("if-match", "")), etags(headers.get("if-none-match", ""))
    return Conditions(number(query, "generation"), *_numbers(query, "if"), *tags)


def source_conditions(query: Mapping[str, str]) -> Conditions:
    """The conditions on the object that is copied. Raises StorageError bad_parameter."""
    return Conditions(number(query, "sourceGeneration"), *_numbers(query, "ifSource"))


def number(query: Mapping[str, str], name: str) -> int | None:
    """A whole number; None if it is not given. Raises StorageError bad_parameter."""
    text = query.get(name)
    if text is not None and not NUMBER.fullmatch(text):
        raise StorageError("bad_parameter", name)
    return None if text is None else int(text)


def etags(text: str) -> tuple[str, ...]:
    """The entity tags in a header, without their quotes."""
    parts = [part.strip().removeprefix("W/").strip('"') for part in text.split(",")]
    return tuple(part for part in parts if part)


def _numbers(
    query: Mapping[str, str], prefix: str
) -> tuple[int | None, int | None, int | None, int | None]:
    return (
        number(query, f"{prefix}GenerationMatch"),
        number(query, f"{prefix}GenerationNotMatch"),
        number(query, f"{prefix}MetagenerationMatch"),
        number(query, f"{prefix}MetagenerationNotMatch"),
    )


def _among(version: Version | None, tags: tuple[str, ...]) -> bool:
    return version is not None and ("*" in tags or version.etag in tags)
