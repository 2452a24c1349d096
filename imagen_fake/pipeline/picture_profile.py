"""The layouts of picture files, as `schemas/tables/picture_profiles.json` has them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.imaging.files.metadata import Metadata, credit_png_chunks, jpeg_segments
from imagen_fake.imaging.files.profile import JpegProfile, PngProfile, Profile


def picture_profile(name: str, quality: int | None = None) -> Profile:
    """Return the layout of a name; KeyError if there is none.

    Args:
        name: as in the table, such as `gemini-3-jpeg`.
        quality: 0 to 100, of a JPEG whose recorded quality is known; others ignore it.
    """
    profile, facts = _profile(name), _facts(name)
    if quality is None or not isinstance(profile, JpegProfile) or "quality" not in facts:
        return profile
    return profile.scaled(quality, facts["quality"])


def mime_type(name: str) -> str:
    """Return the MIME type of files of a layout; KeyError if there is none of that name."""
    return str(_facts(name)["mimeType"])


@cache
def _profile(name: str) -> Profile:
    facts = _facts(name)
    marks = facts.get("metadata")
    made = Metadata(marks["credit"], marks["sourceType"]) if marks else None
    if "zlibHeader" in facts:
        chunks = credit_png_chunks(made) if made else b""
        return PngProfile(bytes.fromhex(facts["zlibHeader"]), facts["idatBytes"], chunks)
    return JpegProfile(
        facts["quantisers"],
        facts["dpi"],
        facts["joined"],
        facts["optimised"],
        jpeg_segments(made) if made else b"",
    )


def _facts(name: str) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = spec.table("picture_profiles")["profiles"][name]
    return facts
