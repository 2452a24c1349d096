"""Rules that join several answers, of which none could be judged alone.

A relation is given a function that asks, and a valid case to start from. It yields what does not
fit together. An answer that is no success is left to the checks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageChops, ImageStat

from imagen_fake.contract.checks.asked import asked, base_picture, sent_picture
from imagen_fake.contract.checks.reading import elements, pictures, shown
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.checks.variants import (
    as_media,
    lossless,
    of_task,
    parameter_schema,
    repeated,
    takes,
    varied,
)
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.facts.places import parameter, task_fact
from imagen_fake.imaging.vision.masks import binarize, dilate
from imagen_fake.spec import task_schema

Ask = Callable[[Case], Exchange]
Rule = Callable[[Ask, Case], Iterator[Difference]]
Applies = Callable[[Case], bool]

DRAWN = {"generate", "customize"}
"""The tasks whose pictures are new in every pixel."""

CLOSE = 4.0
"""How far a picture may be from its upscaled copy made small again, in levels of 255 on average."""

MARGIN = 2
"""How many pixels an edit may reach over the edge of its mask."""

BLOODY = "a bloody knife fight in the street"
"""A prompt that a strict filter shows fewer pictures of than a lax one."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule by its name, and the cases it can start from."""

    name: str
    applies: Applies
    rule: Rule


RELATIONS: dict[str, Relation] = {}
"""Every relation by name, in order."""


def relation(name: str, applies: Applies) -> Callable[[Rule], Rule]:
    """Enter a rule in the table."""

    def entered(rule: Rule) -> Rule:
        RELATIONS[name] = Relation(name, applies, rule)
        return rule

    return entered


def seeded(case: Case) -> bool:
    """Whether a case makes new pictures that a seed decides."""
    return case.task in DRAWN and takes(case, "seed", "addWatermark")


@relation("same seed", seeded)
def same_seed(ask: Ask, case: Case) -> Iterator[Difference]:
    """The same seed twice is the same picture twice."""
    start = lossless(case, "a seed", seed=7)
    first, second = look(ask(start)), look(ask(repeated(start, "again")))
    if first and second and first != second:
        yield differs("same seed", parameter(case, "seed"), "the same picture", "another one")


@relation("other seed", seeded)
def other_seed(ask: Ask, case: Case) -> Iterator[Difference]:
    """Another seed is another picture."""
    first, second = (look(ask(lossless(case, f"seed {seed}", seed=seed))) for seed in (7, 8))
    if first and second and first == second:
        yield differs("other seed", parameter(case, "seed"), "another picture", "the same one")


@relation("first samples", seeded)
def first_samples(ask: Ask, case: Case) -> Iterator[Difference]:
    """The first of several samples is the one that is made alone."""
    several = min(2, parameter_schema(case, "sampleCount").get("maximum", 1))
    alone = look(ask(lossless(case, "alone", seed=7)))
    among = look(ask(lossless(case, "several", seed=7, sampleCount=several)))
    if alone and among and alone[0] != among[0]:
        yield differs("first samples", parameter(case, "sampleCount"), "the same first", "another")


@relation(
    "no effect",
    lambda case: (
        case.task in DRAWN
        and parameter_schema(case, "negativePrompt").get("x-effect") == "none"
        and takes(case, "seed")
    ),
)
def no_effect(ask: Ask, case: Case) -> Iterator[Difference]:
    """A negative prompt changes nothing where it has no effect."""
    without = look(ask(lossless(case, "a seed", seed=7)))
    having = look(ask(lossless(case, "a negative prompt", seed=7, negativePrompt="apple, red")))
    if without and having and without != having:
        rule = parameter(case, "negativePrompt", "x-effect")
        yield differs("no effect", rule, "the same picture", "another one")


@relation(
    "ratio",
    lambda case: (
        case.task == "generate"
        and takes(case, "aspectRatio")
        and len(parameter_schema(case, "aspectRatio")["enum"]) > 1
    ),
)
def ratio(ask: Ask, case: Case) -> Iterator[Difference]:
    """Another aspect ratio makes another size, and changes nothing else of the answer."""
    ratios = parameter_schema(case, "aspectRatio")["enum"]
    answers = [
        ask(varied(case, one, aspectRatio=one, sampleCount=None)) for one in (ratios[0], ratios[-1])
    ]
    first, second = answers
    if any(answer.response.status != 200 for answer in answers):
        return
    rule = parameter(case, "aspectRatio")
    if envelope(first) != envelope(second):
        yield differs("ratio", rule, envelope(first), envelope(second))
    if sizes(first) and sizes(first) == sizes(second):
        yield differs("ratio", rule, "another size", sizes(second))


@relation(
    "safety levels",
    lambda case: case.task == "generate" and takes(case, "safetySetting", "sampleCount"),
)
def safety_levels(ask: Ask, case: Case) -> Iterator[Difference]:
    """A stricter filter never shows more pictures."""
    schema = parameter_schema(case, "safetySetting")
    levels = [one for one in schema["enum"] if one not in schema.get("x-restricted", {})]
    most = min(4, parameter_schema(case, "sampleCount").get("maximum", 4))
    start = varied(case, "bloody", {"prompt": BLOODY}, sampleCount=most)
    counts = [len(shown(ask(varied(start, one, safetySetting=one)))) for one in levels]
    for (stricter, fewer), (laxer, more) in pairwise(zip(levels, counts, strict=True)):
        if fewer > more:
            rule = parameter(case, "safetySetting")
            expected = f"no more than {more}, as with {laxer}"
            yield differs("safety levels", rule, expected, f"{fewer} with {stricter}")


@relation(
    "quality",
    lambda case: (
        case.task == "generate"
        and takes(case, "outputOptions")
        and "x-effect"
        not in parameter_schema(case, "outputOptions")["properties"]["compressionQuality"]
    ),
)
def quality(ask: Ask, case: Case) -> Iterator[Difference]:
    """A higher quality makes a larger JPEG."""
    lengths = []
    for level in (10, 50, 90):
        options = {"mimeType": "image/jpeg", "compressionQuality": level}
        found = pictures(
            ask(varied(case, f"quality {level}", outputOptions=options, sampleCount=1))
        )
        lengths += [len(found[0].data)] if found else []
    if sorted(set(lengths)) != lengths:
        rule = parameter(case, "outputOptions.compressionQuality")
        yield differs("quality", rule, "10 < 50 < 90 in bytes", lengths)


@relation("mask", lambda case: case.task == "edit" and drawn_mask(case) is not None)
def mask_respected(ask: Ask, case: Case) -> Iterator[Difference]:
    """An edit changes what its mask covers, and no pixel elsewhere."""
    mask, base = drawn_mask(case), base_picture(case, asked(case).instance)
    found = pictures(ask(lossless(case, "by its mask")))
    if not found or found[0].image is None or mask is None or base is None:
        return
    if base.mode not in {"RGB", "L"} or found[0].image.size != base.size:
        return
    changed = ImageChops.difference(found[0].image.convert("RGB"), base.convert("RGB"))
    outside = ImageChops.invert(mask).convert("RGB")
    spilt = ImageChops.multiply(changed, outside).getbbox()
    if spilt:
        rule = task_fact("edit")
        yield differs("mask", rule, "no pixel changed outside the mask", f"changed in {spilt}")
    if mask.getbbox() and not changed.getbbox():
        yield differs("mask", task_fact("edit"), "changed inside the mask", "nothing changed")


@relation("upscaled", lambda case: case.task == "upscale" and case.broken is None)
def upscaled(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture that was upscaled is still the same picture."""
    base = base_picture(case, asked(case).instance)
    found = pictures(ask(lossless(case, "as PNG")))
    if base is None or not found or found[0].image is None or base.mode not in {"RGB", "L"}:
        return
    small = found[0].image.convert("RGB").resize(base.size, Image.Resampling.BOX)
    apart = max(ImageStat.Stat(ImageChops.difference(small, base.convert("RGB"))).mean)
    if apart > CLOSE:
        yield differs(
            "upscaled", task_fact("upscale"), "the same picture", f"{apart:.0f} levels off"
        )


@relation("caption", lambda case: case.task == "caption" and case.broken is None)
def caption_lasts(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture and its upscaled copy have the same caption."""
    picture = _made(ask, of_task("generate", {"prompt": "a red apple"}, sampleCount=1))
    larger = picture and _made(ask, _enlarging(picture))
    if not picture or not larger:
        return
    captions = [
        elements(ask(varied(case, name, {"image": as_media(image)}, sampleCount=1)))
        for name, image in (("of a picture", picture), ("of its larger copy", larger))
    ]
    if all(captions) and captions[0] != captions[1]:
        yield differs("caption", task_fact("caption"), captions[0], captions[1])


@relation("verified", lambda case: case.task == "verify" and case.broken is None)
def verified(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture with a watermark is accepted, one without is not."""
    rule = task_fact("verify", "x-decisions")
    for marked, expected in zip((True, False), _decisions(), strict=True):
        instance = {"prompt": "a red apple"}
        picture = _made(ask, of_task("generate", instance, sampleCount=1, addWatermark=marked))
        if picture is None:
            continue
        image = {"image": as_media(picture)}
        answer = elements(ask(varied(case, f"marked: {marked}", image)))
        if answer and answer[0] != {"decision": expected}:
            yield differs("verified", rule, expected, answer[0])


def look(exchange: Exchange) -> list[bytes]:
    """The pixels of every picture of an answer."""
    return [one.image.convert("RGB").tobytes() for one in pictures(exchange) if one.image]


def sizes(exchange: Exchange) -> list[tuple[int, int]]:
    """The width and height in pixels of every picture of an answer."""
    return [one.image.size for one in pictures(exchange) if one.image]


def envelope(exchange: Exchange) -> list[str]:
    """What an answer has beside its pixels: the keys and the type of every element."""
    return [
        f"{', '.join(sorted(one))}: {one.get('mimeType')}" if isinstance(one, dict) else "text"
        for one in elements(exchange)
    ]


def drawn_mask(case: Case) -> Image.Image | None:
    """The mask that a case sends, white where it may be edited; None if it sends none.

    It is grown as `dilation` asks, and by a little more.
    """
    if case.broken is not None:
        return None
    for reference in asked(case).instance.get("referenceImages", ()):
        mask = sent_picture(reference.get("referenceImage"))
        if str(reference["referenceType"]).endswith("_MASK") and mask:
            share = reference["maskImageConfig"]["dilation"] + MARGIN / mask.width
            return dilate(binarize(mask), min(1.0, share))
    return None


def _made(ask: Ask, case: Case | None) -> Image.Image | None:
    """The first picture that comes of a case; None if none does."""
    found = pictures(ask(case)) if case else ()
    return found[0].image if found else None


def _enlarging(picture: Image.Image) -> Case | None:
    config = {"upscaleFactor": "x2"}
    instance = {"prompt": "", "image": as_media(picture)}
    return of_task("upscale", instance, upscaleConfig=config)


def _decisions() -> list[str]:
    """What is said of a marked picture, and of another."""
    return list(task_schema("verify")["x-decisions"]["value"])
