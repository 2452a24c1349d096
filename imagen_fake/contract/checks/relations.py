"""Metamorphic relations: rules that join several answers, of which none can be judged alone.

A relation is given a function that sends a case, and a valid case to start from. It yields what
does not fit together. Unsuccessful answers are left to the checks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageChops, ImageStat

from imagen_fake.contract.bodies.pictures import to_media
from imagen_fake.contract.checks.effective_request import (
    base_image,
    decode_media,
    effective_request,
)
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import (
    decoded_pictures,
    picture_predictions,
    predictions,
)
from imagen_fake.contract.checks.variants import (
    has_parameters,
    lossless_case,
    parameter_schema,
    task_case,
    with_changes,
    with_label,
)
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.facts.lookup import parameter_fact, task_fact
from imagen_fake.imaging.vision.masks import binarize, dilate
from imagen_fake.spec import task_schema

Ask = Callable[[Case], Exchange]
Rule = Callable[[Ask, Case], Iterator[Difference]]
Applies = Callable[[Case], bool]

GENERATIVE = {"generate", "customize"}
"""The tasks whose pictures are new in every pixel."""

MAX_UPSCALE_ERROR = 4.0
"""The largest mean distance, in levels of 255, of a picture from its downscaled upscaled copy."""

MARGIN = 2
"""The pixels that an edit may reach over the edge of its mask."""

BLOODY = "a bloody knife fight in the street"
"""A prompt with fewer pictures under a strict filter than under a lax one."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule by its name, and the cases it can start from."""

    name: str
    applies: Applies
    rule: Rule


RELATIONS: dict[str, Relation] = {}
"""Every relation by name, in order."""


def relation(name: str, applies: Applies) -> Callable[[Rule], Rule]:
    """Register a relation."""

    def register(rule: Rule) -> Rule:
        RELATIONS[name] = Relation(name, applies, rule)
        return rule

    return register


def is_seeded(case: Case) -> bool:
    """Whether a case makes new pictures that a seed decides."""
    return case.task in GENERATIVE and has_parameters(case, "seed", "addWatermark")


@relation("same seed", is_seeded)
def same_seed(ask: Ask, case: Case) -> Iterator[Difference]:
    """The same seed twice is the same picture twice."""
    start = lossless_case(case, "a seed", seed=7)
    first, second = pixels(ask(start)), pixels(ask(with_label(start, "again")))
    if first and second and first != second:
        rule = parameter_fact(case, "seed")
        yield difference("same seed", rule, "the same picture", "another one")


@relation("other seed", is_seeded)
def other_seed(ask: Ask, case: Case) -> Iterator[Difference]:
    """Another seed is another picture."""
    first, second = (pixels(ask(lossless_case(case, f"seed {seed}", seed=seed))) for seed in (7, 8))
    if first and second and first == second:
        rule = parameter_fact(case, "seed")
        yield difference("other seed", rule, "another picture", "the same one")


@relation("first samples", is_seeded)
def first_samples(ask: Ask, case: Case) -> Iterator[Difference]:
    """The first of several samples is the one that is made alone."""
    several = min(2, parameter_schema(case, "sampleCount").get("maximum", 1))
    alone = pixels(ask(lossless_case(case, "alone", seed=7)))
    among = pixels(ask(lossless_case(case, "several", seed=7, sampleCount=several)))
    if alone and among and alone[0] != among[0]:
        rule = parameter_fact(case, "sampleCount")
        yield difference("first samples", rule, "the same first", "another")


@relation(
    "no effect",
    lambda case: (
        case.task in GENERATIVE
        and parameter_schema(case, "negativePrompt").get("x-effect") == "none"
        and has_parameters(case, "seed")
    ),
)
def no_effect(ask: Ask, case: Case) -> Iterator[Difference]:
    """A negative prompt changes nothing where it has no effect."""
    without = pixels(ask(lossless_case(case, "a seed", seed=7)))
    negative = lossless_case(case, "a negative prompt", seed=7, negativePrompt="apple, red")
    having = pixels(ask(negative))
    if without and having and without != having:
        rule = parameter_fact(case, "negativePrompt", "x-effect")
        yield difference("no effect", rule, "the same picture", "another one")


@relation(
    "ratio",
    lambda case: (
        case.task == "generate"
        and has_parameters(case, "aspectRatio")
        and len(parameter_schema(case, "aspectRatio")["enum"]) > 1
    ),
)
def ratio(ask: Ask, case: Case) -> Iterator[Difference]:
    """Another aspect ratio makes another size, and changes nothing else of the answer."""
    ratios = parameter_schema(case, "aspectRatio")["enum"]
    first, second = (
        ask(with_changes(case, one, aspectRatio=one, sampleCount=None))
        for one in (ratios[0], ratios[-1])
    )
    if any(answer.response.status != 200 for answer in (first, second)):
        return
    rule = parameter_fact(case, "aspectRatio")
    if element_outlines(first) != element_outlines(second):
        yield difference("ratio", rule, element_outlines(first), element_outlines(second))
    if sizes(first) and sizes(first) == sizes(second):
        yield difference("ratio", rule, "another size", sizes(second))


@relation(
    "safety levels",
    lambda case: case.task == "generate" and has_parameters(case, "safetySetting", "sampleCount"),
)
def safety_levels(ask: Ask, case: Case) -> Iterator[Difference]:
    """A stricter filter never lets more pictures through."""
    schema = parameter_schema(case, "safetySetting")
    levels = [one for one in schema["enum"] if one not in schema.get("x-restricted", {})]
    most = min(4, parameter_schema(case, "sampleCount").get("maximum", 4))
    start = with_changes(case, "bloody", {"prompt": BLOODY}, sampleCount=most)
    counts = [
        len(picture_predictions(ask(with_changes(start, level, safetySetting=level))))
        for level in levels
    ]
    for (stricter, fewer), (laxer, more) in pairwise(zip(levels, counts, strict=True)):
        if fewer > more:
            rule, expected = parameter_fact(case, "safetySetting"), f"at most {more} with {laxer}"
            yield difference("safety levels", rule, expected, f"{fewer} with {stricter}")


@relation(
    "quality",
    lambda case: (
        case.task == "generate"
        and has_parameters(case, "outputOptions")
        and "x-effect"
        not in parameter_schema(case, "outputOptions")["properties"]["compressionQuality"]
    ),
)
def quality(ask: Ask, case: Case) -> Iterator[Difference]:
    """A higher quality makes a larger JPEG."""
    lengths = []
    for level in (10, 50, 90):
        options = {"mimeType": "image/jpeg", "compressionQuality": level}
        jpeg = with_changes(case, f"quality {level}", outputOptions=options, sampleCount=1)
        lengths += [len(picture.data) for picture in decoded_pictures(ask(jpeg))[:1]]
    if sorted(set(lengths)) != lengths:
        rule = parameter_fact(case, "outputOptions.compressionQuality")
        yield difference("quality", rule, "10 < 50 < 90 in bytes", lengths)


@relation("mask", lambda case: case.task == "edit" and user_mask(case) is not None)
def mask_respected(ask: Ask, case: Case) -> Iterator[Difference]:
    """An edit changes what its mask covers, and no pixel elsewhere."""
    mask, base = user_mask(case), base_image(case, effective_request(case).instance)
    edited = _first_picture(ask, lossless_case(case, "by its mask"))
    if edited is None or mask is None or base is None:
        return
    if base.mode not in {"RGB", "L"} or edited.size != base.size:
        return
    changed = ImageChops.difference(edited.convert("RGB"), base.convert("RGB"))
    outside = ImageChops.multiply(changed, ImageChops.invert(mask).convert("RGB")).getbbox()
    rule = task_fact("edit")
    if outside:
        yield difference("mask", rule, "no pixel changed outside the mask", f"changed in {outside}")
    if mask.getbbox() and not changed.getbbox():
        yield difference("mask", rule, "changed inside the mask", "nothing changed")


@relation("upscaled", lambda case: case.task == "upscale" and case.violation is None)
def upscale_keeps_picture(ask: Ask, case: Case) -> Iterator[Difference]:
    """An upscaled picture is still the same picture."""
    base = base_image(case, effective_request(case).instance)
    upscaled = _first_picture(ask, lossless_case(case, "as PNG"))
    if base is None or upscaled is None or base.mode not in {"RGB", "L"}:
        return
    small = upscaled.convert("RGB").resize(base.size, Image.Resampling.BOX)
    error = max(ImageStat.Stat(ImageChops.difference(small, base.convert("RGB"))).mean)
    if error > MAX_UPSCALE_ERROR:
        rule = task_fact("upscale")
        yield difference("upscaled", rule, "the same picture", f"{error:.0f} levels off")


@relation("caption", lambda case: case.task == "caption" and case.violation is None)
def caption_survives_upscale(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture and its upscaled copy have the same caption."""
    picture = _first_picture(ask, task_case("generate", {"prompt": "a red apple"}, sampleCount=1))
    if picture is None:
        return
    sent = {"prompt": "", "image": to_media(picture)}
    larger = _first_picture(ask, task_case("upscale", sent, upscaleConfig={"upscaleFactor": "x2"}))
    if larger is None:
        return
    first, second = (
        predictions(ask(with_changes(case, name, {"image": to_media(image)}, sampleCount=1)))
        for name, image in (("of a picture", picture), ("of its larger copy", larger))
    )
    if first and second and first != second:
        yield difference("caption", task_fact("caption"), first, second)


@relation("verified", lambda case: case.task == "verify" and case.violation is None)
def watermark_verified(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture with a watermark is accepted, one without is not."""
    rule, decisions = task_fact("verify", "x-decisions"), task_schema("verify")["x-decisions"]
    for marked, expected in zip((True, False), decisions["value"], strict=True):
        instance = {"prompt": "a red apple"}
        generate = task_case("generate", instance, sampleCount=1, addWatermark=marked)
        picture = _first_picture(ask, generate)
        if picture is None:
            continue
        image = {"image": to_media(picture)}
        decision = predictions(ask(with_changes(case, f"marked: {marked}", image)))
        if decision and decision[0] != {"decision": expected}:
            yield difference("verified", rule, expected, decision[0])


def pixels(exchange: Exchange) -> list[bytes]:
    """The pixels of every picture of an answer."""
    return [one.image.convert("RGB").tobytes() for one in decoded_pictures(exchange) if one.image]


def sizes(exchange: Exchange) -> list[tuple[int, int]]:
    """The width and height in pixels of every picture of an answer."""
    return [one.image.size for one in decoded_pictures(exchange) if one.image]


def element_outlines(exchange: Exchange) -> list[str]:
    """The keys and the MIME type of every prediction."""
    return [
        f"{', '.join(sorted(one))}: {one.get('mimeType')}" if isinstance(one, dict) else "text"
        for one in predictions(exchange)
    ]


def user_mask(case: Case) -> Image.Image | None:
    """The mask that a case sends, white where it may be edited; None if it sends none.

    It is dilated as requested, and by a little more.
    """
    if case.violation is not None:
        return None
    for reference in effective_request(case).instance.get("referenceImages", ()):
        mask = decode_media(reference.get("referenceImage"))
        if str(reference["referenceType"]).endswith("_MASK") and mask:
            share = reference["maskImageConfig"]["dilation"] + MARGIN / mask.width
            return dilate(binarize(mask), min(1.0, share))
    return None


def _first_picture(ask: Ask, case: Case) -> Image.Image | None:
    """The first picture of the answer to a case; None if there is none."""
    pictures = decoded_pictures(ask(case))
    return pictures[0].image if pictures else None
