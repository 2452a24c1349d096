"""Checks of the pictures in an answer: format, mode, size, watermark and metadata."""

from collections.abc import Iterator, Mapping

from PIL import Image

from imagen_fake import spec
from imagen_fake.contract.checks.effective_request import (
    EffectiveRequest,
    base_image,
    effective_request,
)
from imagen_fake.contract.checks.registry import check, difference
from imagen_fake.contract.checks.response import decoded_pictures, predictions
from imagen_fake.contract.checks.watermark import has_watermark
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact
from imagen_fake.contract.facts.facts import fact, join_pointer
from imagen_fake.contract.facts.lookup import picture_size, read_value, task_fact
from imagen_fake.contract.facts.schemas import task_schema

Size = tuple[int, int]

PROMPTED = {"generate", "customize", "recontext"}
"""The tasks whose pictures have a size that the request alone decides."""

ICON = 256
"""The longest side in pixels that an icon can have."""


@check("mime", refusals=False)
def mime(exchange: Exchange) -> Iterator[Difference]:
    """The requested MIME type, stated beside the picture and true of its bytes."""
    case = exchange.case
    if case.violation is not None or not decoded_pictures(exchange):
        return
    request, path = effective_request(case), "outputOptions.mimeType"
    segments = case.task == "segment"
    expected = "image/png" if segments else str(request.parameter(path))
    rule = task_fact("segment") if segments else request.fact(case, path)
    for picture in decoded_pictures(exchange):
        if picture.mime_type != expected and not _omits_mime_type(exchange):
            yield difference("mime", rule, expected, picture.mime_type)
        observed = picture.image.format if picture.image else "no picture"
        if observed != format_of(expected):
            yield difference("mime", rule, format_of(expected), observed)


@check("mode", refusals=False)
def mode(exchange: Exchange) -> Iterator[Difference]:
    """Three channels without alpha; one for the masks of segmentation."""
    expected = "L" if exchange.case.task == "segment" else "RGB"
    for image in _images(exchange):
        if image.format in {"PNG", "JPEG"} and image.mode != expected:
            yield difference("mode", task_fact(exchange.case.task), expected, image.mode)


@check("size", refusals=False)
def size(exchange: Exchange) -> Iterator[Difference]:
    """Exactly the width and height that the ratio, or the picture sent, makes."""
    case = exchange.case
    if case.violation is not None or not decoded_pictures(exchange):
        return
    request = effective_request(case)
    expected = expected_size(case, request)
    for image in _images(exchange) if expected else ():
        if expected and image.size != _file_size(expected, image):
            rule = _size_fact(case, request, image.size)
            yield difference("size", rule, _times(expected), _times(image.size))


@check("watermark", refusals=False, inside=True)
def watermark(exchange: Exchange) -> Iterator[Difference]:
    """A watermark if, and only if, it is requested."""
    case = exchange.case
    if case.violation is not None or case.task == "segment" or not decoded_pictures(exchange):
        return
    request = effective_request(case)
    expected = bool(request.parameter("addWatermark"))
    base = None if expected else base_image(case, request.instance)
    if base and has_watermark(base):  # the mark of the picture that was sent may show
        return
    for image in _images(exchange):
        # A small picture holds no mark.
        if image.format == "PNG" and min(image.size) >= ICON and has_watermark(image) != expected:
            words = ("no watermark", "a watermark")
            rule = request.fact(case, "addWatermark")
            yield difference("watermark", rule, words[expected], words[not expected])


@check("metadata", refusals=False)
def metadata(exchange: Exchange) -> Iterator[Difference]:
    """The origin in a file, as `tables/image_metadata.json` has it by task and type."""
    table, task = spec.table("image_metadata"), exchange.case.task
    for picture in decoded_pictures(exchange):
        if picture.image is None or picture.mime_type is None:
            continue
        marks = table.get(task, {}).get(picture.mime_type)
        origin = embedded_origin(picture.image)
        if marks and not (
            marks["credit"] in origin["credit"] and marks["sourceType"] in origin["xmp"]
        ):
            rule = fact(join_pointer("tables/image_metadata.json", task, picture.mime_type))
            yield difference("metadata", rule, marks["credit"], origin["credit"] or "none")
        elif not marks and any(origin.values()):
            steps = (task,) if task in table else ()
            rule = fact(join_pointer("tables/image_metadata.json", *steps))
            yield difference("metadata", rule, "none", origin["credit"] or origin["xmp"])


@check("base64", refusals=False)
def base64(exchange: Exchange) -> Iterator[Difference]:
    """Every picture can be decoded."""
    for picture in decoded_pictures(exchange):
        if picture.image is None:
            rule = fact("responses/generate.json#")
            yield difference("base64", rule, "a picture in base64", picture.data[:16])


def format_of(mime_type: str) -> str | None:
    """Pillow's name of a type of `tables/mime_types.json`; None for another type."""
    formats = Image.registered_extensions()
    endings = spec.table("mime_types")["types"].items()
    return next((formats[f".{ending}"] for ending, kind in endings if kind == mime_type), None)


def expected_size(case: Case, request: EffectiveRequest) -> Size | None:
    """The size in pixels of the pictures of a valid case; None where nothing tells."""
    if case.task in PROMPTED:
        ratio = request.parameter("aspectRatio") or "1:1"
        return picture_size(case.model, _resolution(case, request), ratio)
    base = base_image(case, request.instance)
    if base is None:
        return None
    if case.task == "upscale":
        return _upscaled(base.size, request)
    if case.task == "segment":
        longest = _longest().get(request.parameter("mode"))
        return _scaled(base.size, min(1, longest / max(base.size))) if longest else base.size
    return base.size


def embedded_origin(image: Image.Image) -> Mapping[str, str]:
    """The origin in a picture's file: the IPTC credit and the XMP, empty where there is none."""
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


def _images(exchange: Exchange) -> Iterator[Image.Image]:
    return (one.image for one in decoded_pictures(exchange) if one.image)


def _size_fact(case: Case, request: EffectiveRequest, observed: Size) -> Fact:
    """The fact that a wrong size contradicts: the ratio, if it is another's size, or the table."""
    factor = "upscaleConfig.upscaleFactor"
    if case.task in PROMPTED:
        model = spec.model(case.model)
        row = model.facts["sizes"].get(_resolution(case, request), "1K") if model else "1K"
        table = join_pointer("tables/image_sizes.json", "sizes", row)
        if case.task != "recontext" and list(observed) in read_value(table)["value"].values():
            return request.fact(case, "aspectRatio")
        return fact(table)
    if case.task == "upscale" and request.parameter(factor):
        return request.fact(case, factor)
    if case.task == "segment" and request.parameter("mode") in _longest():
        return task_fact("segment", "x-longest")
    return task_fact(case.task)


def _resolution(case: Case, request: EffectiveRequest) -> str:
    resolution = request.parameter("sampleImageSize") if case.task == "generate" else None
    return str(resolution or "1K")


def _upscaled(base: Size, request: EffectiveRequest) -> Size | None:
    factor = request.parameter("upscaleConfig.upscaleFactor")
    if factor:
        return _scaled(base, int(str(factor).removeprefix("x")))
    longest = request.parameter("sampleImageSize")
    return _scaled(base, int(longest) / max(base)) if longest else None


def _scaled(base: Size, factor: float) -> Size:
    return max(1, round(base[0] * factor)), max(1, round(base[1] * factor))


def _longest() -> Mapping[str, int]:
    """The longest side in pixels of the masks of some modes."""
    longest: Mapping[str, int] = task_schema("segment")["x-longest"]["value"]
    return longest


def _file_size(expected: Size, image: Image.Image) -> Size:
    """The size of a file: an icon holds no more than so many pixels a side."""
    if image.format != "ICO":
        return expected
    longest = max(ICON, *expected)
    return max(1, expected[0] * ICON // longest), max(1, expected[1] * ICON // longest)


def _omits_mime_type(exchange: Exchange) -> bool:
    """Whether the surface states no MIME type at all."""
    return exchange.case.surface == "openai" and not any(
        "mime_type" in one for one in predictions(exchange)
    )


def _times(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
