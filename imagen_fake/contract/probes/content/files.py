"""Whether the file of a picture is laid out as the model's are."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.exchange import Difference
from imagen_fake.contract.facts.facts import fact, join_pointer
from imagen_fake.contract.probes.content.calls import Served
from imagen_fake.contract.probes.content.reading import Picture

SIGNATURE_BYTES = 8  # of a PNG
MIME_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


def output_of(served: Served) -> Mapping[str, Any]:
    """The type and layouts of a model's pictures, by what was asked for."""
    output: Mapping[str, Any] = served.model.facts["output"][served.surface]["value"]
    return output


def output_fact(served: Served) -> str:
    """The pointer of it."""
    return f"{served.file}#/output/{served.surface}"


def file_differences(served: Served, picture: Picture, layout: str) -> Iterator[Difference]:
    """What is wrong with a file: its type, quantisers, density, or chunks.

    `layout` is a name in `tables/picture_profiles.json`.
    """
    profile = spec.table("picture_profiles")["profiles"][layout]
    rule = fact(output_fact(served))
    kind = MIME_TYPES.get(picture.image.format or "") if picture.image else None
    observed = (picture.mime_type, kind)
    if observed != (profile["mimeType"], profile["mimeType"]):
        yield difference("type", rule, profile["mimeType"], observed)
        return
    if picture.image is None:
        return
    form = fact(join_pointer("tables/picture_profiles.json", "profiles", layout))
    if "quantisers" in profile and "quality" not in profile:
        tables = [list(one) for one in picture.image.quantization.values()]  # type: ignore[attr-defined]
        if tables != profile["quantisers"]:
            yield difference("quantisers", form, profile["quantisers"], tables)
    density = picture.image.info.get("dpi", (0, 0))
    if "dpi" in profile and round(density[0]) != profile["dpi"]:
        yield difference("dpi", form, profile["dpi"], density)
    if "idatBytes" in profile:
        yield from _png_differences(picture.data, profile, layout)


def _png_differences(data: bytes, profile: Mapping[str, Any], layout: str) -> Iterator[Difference]:
    form = fact(join_pointer("tables/picture_profiles.json", "profiles", layout))
    noted = list(png_chunks(data))
    pixels = [content for name, content in noted if name == "IDAT"]
    if not pixels or {*map(len, pixels[:-1])} - {profile["idatBytes"]}:
        expected = f"IDAT of {profile['idatBytes']} bytes"
        yield difference("chunks", form, expected, [len(one) for one in pixels])
    elif pixels[0][:2].hex() != profile["zlibHeader"]:
        yield difference("chunks", form, profile["zlibHeader"], pixels[0][:2].hex())
    if ("metadata" in profile) != any(name in {"iTXt", "zTXt"} for name, _ in noted):
        names = list(dict.fromkeys(name for name, _ in noted))
        yield difference("chunks", form, "texts of its origin or none, as here", names)


def png_chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The name and content of each chunk of a PNG."""
    place = SIGNATURE_BYTES
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4])
        yield data[place + 4 : place + 8].decode("latin-1"), data[place + 8 : place + 8 + length]
        place += length + 12
