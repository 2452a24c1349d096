"""Text and pictures to pictures, as Gemini's image models make them.

A picture in the request is edited: the last one is fitted to the size of the answer, takes the
colours of the words and gets their subject. A mask is just one more picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.content import turns
from imagen_fake.content.limits import comes_to_picture
from imagen_fake.content.outcomes import STOP, finish
from imagen_fake.imaging.editing.references import References, paint_after
from imagen_fake.imaging.files.codec import write
from imagen_fake.imaging.files.loading import mime_type_of
from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.painting.page import PAINTED
from imagen_fake.imaging.poster.scene import paint
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.media import Media, load, load_picture, media_schema, within_memory
from imagen_fake.pipeline.picture_profile import picture_profile
from imagen_fake.pipeline.provenance import signed
from imagen_fake.tasks.generate import sketch

EDITING = 16
"""Bytes for each pixel of the picture that an edit starts from, and of the one that it makes."""

Size = tuple[int, int]


def render(call: Call) -> Sequence[Prediction]:
    """One prediction, or as many as are forced, if the call ends with a picture.

    Raises ApiError for pictures that cannot be read.
    """
    pictures = [picture.media for picture in turns.pictures(call.instance["contents"])]
    for media in pictures:
        check_kind(call, media)
    if finish(call).reason != STOP or not comes_to_picture(call):
        return []
    numbers = range(call.outcome.directives.get("images", 1))[::-1]
    if not pictures:
        return [_prediction(call, index, None) for index in numbers]
    last = replace(call, instance={"picture": pictures[-1]})  # of the others none is decoded
    with within_memory(last, EDITING, EDITING * max_pixels(call)) as granted:
        base = load_picture(granted, pictures[-1])
        return [_prediction(call, index, base) for index in numbers]


def check_kind(call: Call, media: Media) -> None:
    """Raise ApiError for a picture that is none, or of another kind than its `mimeType` says."""
    stated = media["mimeType"]
    if stated in media_schema(call)["x-formats"]["undecodable"]:
        raise ApiError("content_heic", task=call.task)
    actual = load(call, media, mime_type_of)
    if actual != stated:
        raise ApiError("content_mime_mismatch", task=call.task, value=actual)


def max_pixels(call: Call) -> int:
    """How many pixels the largest picture has that a call can ask for, whatever its ratio."""
    return max(width * height for width, height in _by_ratio(call).values())


def pixels(call: Call) -> int | None:
    """How many pixels a call draws; None where it starts from a picture."""
    if any(turns.pictures(call.instance["contents"])):
        return None
    width, height = output_size(call, None)
    return width * height


def _prediction(call: Call, index: int, base: Image | None) -> Prediction:
    call.raise_if_cancelled()
    drawing = sketch(call, index, output_size(call, base.size if base else None))
    image = paint_after(drawing, References(raw=base)) if base else paint(drawing)
    profile, mime_type, quality = output_format(call, edits=base is not None)
    marked = add_watermark(image, in_place=image.mode == PAINTED)
    data = write(marked, picture_profile(profile, quality))
    data = signed(call, data, mime_type, layout=profile, edited=base is not None)
    return Prediction({"mimeType": mime_type}, data)


def output_size(call: Call, base: Size | None) -> Size:
    """Width and height of the picture of a call that starts from one of the size `base`.

    By the ratio asked for, else the one of the model's that is nearest to `base`, else the
    default of the model.
    """
    resolution, by_ratio = call.parameters.get("imageSize", "1K"), _by_ratio(call)
    ratio = call.parameters.get("aspectRatio")
    if ratio:
        return _pair(by_ratio[ratio])
    default = call.model.facts["defaultSize"]["value"]
    if isinstance(default, Mapping):
        return _free_size(call, default["longSide"], base)
    if base is None:
        return _scaled(default, resolution)
    shapes = {_pair(size): Fraction(*size) for size in by_ratio.values()}
    target = Fraction(*base)
    return min(shapes, key=lambda size: max(shapes[size] / target, target / shapes[size]))


def _by_ratio(call: Call) -> Mapping[str, Sequence[int]]:
    """Width and height by the name of the ratio, at the size that a call asks for."""
    table = call.model.facts["sizes"]["value"][call.parameters.get("imageSize", "1K")]
    sizes: Mapping[str, Sequence[int]]
    sizes = spec.read(f"{spec.CONTENT}/sizes.json")["sizes"][table]["value"]
    return sizes


def _pair(size: Sequence[int]) -> Size:
    width, height = size
    return width, height


def _scaled(size: Sequence[int], resolution: str) -> Size:
    """The default size at 1K, at another resolution."""
    width, height = size
    scale = {"512": Fraction(1, 2), "2K": Fraction(2), "4K": Fraction(4)}.get(
        resolution, Fraction(1)
    )
    return int(width * scale), int(height * scale)


def _free_size(call: Call, long_side: int, base: Size | None) -> Size:
    """A size whose longer side is fixed; the other is that of `base`, or one the words decide."""
    width, height = base or (long_side, long_side - call.entropy(0)[0] % 4 * long_side // 10)
    longest = max(width, height)
    short = max(1, min(width, height) * long_side // longest)
    return (long_side, short) if width >= height else (short, long_side)


def output_format(call: Call, *, edits: bool) -> tuple[str, str, int | None]:
    """The profile of the encoder, the MIME type and the quality of a call's picture."""
    facts = call.model.facts["output"][call.surface.name]["value"]
    options = call.parameters.get("outputOptions", {})
    asked, quality = options.get("mimeType"), options.get("compressionQuality")
    if asked and asked != facts["mimeType"]:
        return facts[asked.removeprefix(turns.PICTURE)], asked, quality
    profile = facts.get("edit", facts["profile"]) if edits else facts["profile"]
    return profile, facts["mimeType"], quality
