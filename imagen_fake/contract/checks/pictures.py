"""Checks of the pictures in an answer: format, mode, size, watermark and metadata."""

from collections.abc import Iterator, Mapping

from PIL import Image

from imagen_fake import spec
from imagen_fake.contract.checks.asked import Asked, asked, base_picture
from imagen_fake.contract.checks.reading import Shown, elements, pictures
from imagen_fake.contract.checks.registry import check, differs
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.facts.places import pointer, task_fact, value
from imagen_fake.imaging.files.watermark import has_watermark

Size = tuple[int, int]

ICON = 256
"""The longest side in pixels that an icon can have."""


@check("mime", refusals=False)
def mime(exchange: Exchange) -> Iterator[Difference]:
    """The MIME type that is asked for, said beside the picture and true of its bytes."""
    case = exchange.case
    if case.broken is not None:
        return
    wanted = asked(case)
    expected = "image/png" if case.task == "segment" else wanted.parameter("outputOptions.mimeType")
    for picture in pictures(exchange):
        rule = _mime_fact(wanted, case)
        if picture.mime_type != expected and not _silent(exchange):
            yield differs("mime", rule, expected, picture.mime_type, picture=picture.index)
        observed = picture.image.format if picture.image else "no picture"
        if observed != format_of(str(expected)):
            yield differs("mime", rule, format_of(str(expected)), observed, picture=picture.index)


@check("mode", refusals=False)
def mode(exchange: Exchange) -> Iterator[Difference]:
    """Three channels without alpha; one for the masks of segmentation."""
    expected = "L" if exchange.case.task == "segment" else "RGB"
    for picture in pictures(exchange):
        if picture.image and picture.image.format in {"PNG", "JPEG"}:
            observed = picture.image.mode
            if observed != expected:
                yield differs("mode", task_fact(exchange.case.task), expected, observed)


@check("size", refusals=False)
def size(exchange: Exchange) -> Iterator[Difference]:
    """Exactly the width and height that the ratio, or the picture sent, makes."""
    case = exchange.case
    if case.broken is not None or not pictures(exchange):
        return
    wanted = asked(case)
    expected = wanted_size(case, wanted)
    if expected is None:
        return
    for picture in pictures(exchange):
        observed = picture.image.size if picture.image else None
        if observed and observed != _fitting(expected, picture):
            yield _size_difference(case, wanted, expected, observed)


@check("watermark", refusals=False, inside=True)
def watermark(exchange: Exchange) -> Iterator[Difference]:
    """A watermark if, and only if, it is asked for."""
    case = exchange.case
    if case.broken is not None or case.task == "segment" or not pictures(exchange):
        return
    wanted = asked(case)
    expected = bool(wanted.parameter("addWatermark"))
    for picture in pictures(exchange):
        # Few pixels hold no mark, and a picture may have come with one: then nothing follows.
        if not _legible(picture, expected, case, wanted):
            continue
        if picture.image and has_watermark(picture.image) != expected:
            words = "a watermark", "no watermark"
            expectation, observation = words if expected else words[::-1]
            yield differs("watermark", wanted.fact(case, "addWatermark"), expectation, observation)


@check("metadata", refusals=False)
def metadata(exchange: Exchange) -> Iterator[Difference]:
    """What a file says of its origin, as `tables/image_metadata.json` has it by task and type."""
    task = exchange.case.task
    for picture in pictures(exchange):
        if picture.image is None or picture.mime_type is None:
            continue
        marks = spec.table("image_metadata").get(task, {}).get(picture.mime_type)
        told = origin(picture.image)
        if marks and not (marks["credit"] in told["credit"] and marks["sourceType"] in told["xmp"]):
            rule = fact(pointer("tables/image_metadata.json", task, picture.mime_type))
            yield differs("metadata", rule, marks["credit"], told["credit"] or "none")
        elif not marks and (told["credit"] or told["xmp"]):
            rule = fact(pointer("tables/image_metadata.json", *_known_task(task)))
            yield differs("metadata", rule, "none", told["credit"] or told["xmp"])


@check("base64", refusals=False)
def base64(exchange: Exchange) -> Iterator[Difference]:
    """Every picture can be decoded."""
    for picture in pictures(exchange):
        if picture.image is None:
            rule = fact("responses/generate.json#")
            yield differs("base64", rule, "a picture in base64", picture.data[:16])


def format_of(mime_type: str) -> str | None:
    """What Pillow calls a type of `tables/mime_types.json`; None for another type."""
    known = Image.registered_extensions()
    endings = spec.table("mime_types")["types"].items()
    return next((known[f".{ending}"] for ending, named in endings if named == mime_type), None)


def wanted_size(case: Case, wanted: Asked) -> Size | None:
    """The size in pixels of the pictures of a valid case; None where nothing tells."""
    if case.task in {"generate", "customize", "recontext"}:
        known = spec.model(case.model)
        ratio = wanted.parameter("aspectRatio") or "1:1"
        return known.size(_resolution(case, wanted), ratio) if known else None
    base = base_picture(case, wanted.instance)
    if base is None:
        return None
    if case.task == "upscale":
        return _upscaled(base.size, wanted)
    if case.task == "segment":
        return _mask_size(base.size, wanted)
    return base.size


def origin(image: Image.Image) -> Mapping[str, str]:
    """What a picture says of its origin: the IPTC credit and the XMP, empty where there is none."""
    xmp = image.info.get("xmp", b"")
    blocks = image.info.get("photoshop", {})
    record = blocks.get(0x0404, b"") if isinstance(blocks, dict) else b""
    profile = str(image.info.get("Raw profile type iptc", ""))
    if profile:
        record = bytes.fromhex("".join(profile.split()[2:]))
    credit = record.partition(b"\x1c\x02\x6e")[2]
    return {
        "credit": credit[2 : 2 + int.from_bytes(credit[:2])].decode("utf-8", "replace"),
        "xmp": xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else str(xmp),
    }


def _size_difference(case: Case, wanted: Asked, expected: Size, observed: Size) -> Difference:
    return differs("size", _size_fact(case, wanted, observed), _times(expected), _times(observed))


def _size_fact(case: Case, wanted: Asked, observed: Size) -> Fact:
    """What a wrong size contradicts: the ratio, if it is another's size, else the table."""
    if case.task in {"generate", "customize", "recontext"}:
        known = spec.model(case.model)
        row = known.facts["sizes"].get(_resolution(case, wanted), "1K") if known else "1K"
        table = pointer("tables/image_sizes.json", "sizes", row)
        if case.task != "recontext" and list(observed) in value(table)["value"].values():
            return wanted.fact(case, "aspectRatio")
        return fact(table)
    if case.task == "upscale" and wanted.parameter("upscaleConfig.upscaleFactor"):
        return wanted.fact(case, "upscaleConfig.upscaleFactor")
    if case.task == "segment" and wanted.parameter("mode") in _longest():
        return task_fact("segment", "x-longest")
    return task_fact(case.task)


def _resolution(case: Case, wanted: Asked) -> str:
    chosen = wanted.parameter("sampleImageSize") if case.task == "generate" else None
    return str(chosen or "1K")


def _upscaled(base: Size, wanted: Asked) -> Size | None:
    factor = wanted.parameter("upscaleConfig.upscaleFactor")
    if factor:
        times = int(str(factor).removeprefix("x"))
        return base[0] * times, base[1] * times
    longest = wanted.parameter("sampleImageSize")
    return _scaled(base, int(longest) / max(base)) if longest else None


def _mask_size(base: Size, wanted: Asked) -> Size:
    longest = _longest().get(wanted.parameter("mode"))
    return _scaled(base, min(1, longest / max(base))) if longest else base


def _scaled(base: Size, factor: float) -> Size:
    return max(1, round(base[0] * factor)), max(1, round(base[1] * factor))


def _longest() -> Mapping[str, int]:
    longest: Mapping[str, int] = spec.task_schema("segment")["x-longest"]["value"]
    return longest


def _fitting(expected: Size, picture: Shown) -> Size:
    """The size of a file: an icon holds no more than so many pixels a side."""
    if not picture.image or picture.image.format != "ICO":
        return expected
    longest = max(ICON, *expected)
    return max(1, expected[0] * ICON // longest), max(1, expected[1] * ICON // longest)


def _legible(picture: Shown, expected: bool, case: Case, wanted: Asked) -> bool:
    """Whether a watermark can be looked for: in PNG, of a fair size, and not brought along."""
    if not picture.image or picture.image.format != "PNG" or min(picture.image.size) < ICON:
        return False
    base = None if expected else base_picture(case, wanted.instance)
    return expected or base is None or not has_watermark(base)


def _mime_fact(wanted: Asked, case: Case) -> Fact:
    if case.task == "segment":
        return task_fact("segment")
    return wanted.fact(case, "outputOptions.mimeType")


def _silent(exchange: Exchange) -> bool:
    """Whether the surface says no MIME type at all."""
    return exchange.case.surface == "openai" and not any(
        "mime_type" in one for one in elements(exchange)
    )


def _known_task(task: str) -> tuple[str, ...]:
    return (task,) if task in spec.table("image_metadata") else ()


def _times(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
