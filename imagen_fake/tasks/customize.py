"""Customization: new pictures after reference pictures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.imaging.editing.control_maps import CONTROL_MAPS
from imagen_fake.imaging.editing.cutouts import cut_out
from imagen_fake.imaging.editing.references import References, main_colours, paint_after
from imagen_fake.imaging.files.loading import open_drawing, open_picture
from imagen_fake.imaging.vision.masks import binarize
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import Drawing, Media, fit_drawing, load, load_picture
from imagen_fake.pipeline.output import predictions
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 16

Reference = Mapping[str, Any]

MOST_CHARACTERS = 4000
"""How many characters of a prompt are read: more than a painter reads of what comes of them."""

LONGEST_WORDS = 400
"""Of what is said of a reference, in characters."""

MARKER = re.compile(r"\s{0,9}\[(\d{1,9})\]")
NAMED_MARKER = re.compile(r"(?:[^\W\d_]{1,40}\s{0,9})?\[(\d{1,9})\]")
"""A marker, and with it the word before: what "a photo of the dog [1]" calls its reference."""

PICTURED = ("subject", "content")
"""The roles of references whose thing is put into the picture, and need not be painted."""


def render(call: Call) -> Sequence[Prediction]:
    """Pictures of the ratio that is asked, after the call's references.

    Raises ApiError for pictures that cannot be read or, if strict, differ in size.
    """
    references, warnings = _references(call)
    size = call.model.size("1K", call.parameters["aspectRatio"])
    items = call.instance["referenceImages"]
    prompt, words = expand_markers(call.prompt, items), scenery_prompt(call.prompt, items)

    def draw(index: int) -> Image:
        return paint_after(replace(sketch(call, index, size), prompt=prompt), references, words)

    return predictions(call, draw, warnings)


def expand_markers(prompt: str, references: Sequence[Reference]) -> str:
    """The prompt with the descriptions of references in place of `[n]`, unless it has the words."""
    prompt = prompt[:MOST_CHARACTERS]
    words = {str(item["referenceId"]): _words(item) for item in references if "referenceId" in item}

    def expand(marker: re.Match[str]) -> str:
        description = words.get(marker[1], "")
        return "" if description.casefold() in prompt.casefold() else f" {description}"

    return MARKER.sub(expand, prompt).strip()


def scenery_prompt(prompt: str, references: Sequence[Reference]) -> str:
    """The prompt without what references show already."""
    prompt = prompt[:MOST_CHARACTERS]
    subjects = [item for item in references if _role(item) in PICTURED]
    numbers = {str(item["referenceId"]) for item in subjects if "referenceId" in item}

    def remove(marker: re.Match[str]) -> str:
        return " " if marker[1] in numbers else marker[0]

    for words in filter(None, map(_words, subjects)):
        prompt = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", prompt, flags=re.IGNORECASE)
    return expand_markers(NAMED_MARKER.sub(remove, prompt), references)


def _words(reference: Reference) -> str:
    subject = reference.get("subjectImageConfig", {}).get("subjectDescription", "")
    words = subject or reference.get("styleImageConfig", {}).get("styleDescription", "")
    return str(words)[:LONGEST_WORDS]


def _references(call: Call) -> tuple[References, tuple[str, ...]]:
    """The call's references as pictures, and the warnings about their sizes."""
    base_media = next((item["referenceImage"] for item in _of_role(call, "base")), None)
    raw = load_picture(call, base_media) if base_media else None
    cutouts = [cut_out(picture) for role in PICTURED for picture in _pictures(call, role)]
    styles = list(_pictures(call, "style"))
    colours = main_colours(styles) if styles else ()
    maps = [_control_map(call, item, raw, base_media) for item in _of_role(call, "control")]
    warnings = tuple(text for drawing in maps for text in drawing.warnings)
    return References(raw, colours, cutouts, [drawing.image for drawing in maps]), warnings


def _role(reference: Reference) -> str:
    return spec.meanings("customize", "referenceType")[reference["referenceType"]]


def _of_role(call: Call, role: str) -> Iterator[Reference]:
    return (item for item in call.instance["referenceImages"] if _role(item) == role)


def _pictures(call: Call, role: str) -> Iterator[Image]:
    return (load_picture(call, item["referenceImage"]) for item in _of_role(call, role))


def _control_map(
    call: Call, reference: Reference, raw: Image | None, base_media: Media | None
) -> Drawing:
    """The control map: computed from its picture or the raw one, else as sent."""
    config = reference["controlImageConfig"]
    compute = CONTROL_MAPS[spec.meanings("customize", "controlType")[config["controlType"]]]
    media = reference.get("referenceImage")
    if media is None:
        assert raw is not None  # noqa: S101
        return Drawing(compute(raw))
    computed = config["enableControlImageComputation"]
    drawing = Drawing(load(call, media, open_picture if computed else open_drawing))
    if raw and base_media:
        drawing = fit_drawing(call, drawing.image, raw, base_media)
    return replace(drawing, image=(compute if computed else binarize)(drawing.image))
