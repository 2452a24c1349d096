"""Relations of pictures made of prompts alone: by their seed, ratio, filter, format, company."""

from collections.abc import Iterator
from itertools import pairwise

from PIL import Image, ImageChops, ImageStat

from imagen_fake.contract.bodies.sample_models import IMAGE_MODEL
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.relation import Ask, first_picture, pixels, relation
from imagen_fake.contract.checks.response import (
    decoded_pictures,
    picture_predictions,
    predictions,
)
from imagen_fake.contract.checks.variants import (
    has_parameters,
    lossless_case,
    parameter_schema,
    with_changes,
    with_label,
)
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.facts.lookup import parameter_fact, rule_fact

GENERATIVE = {"generate", "customize"}
"""The tasks whose pictures are new in every pixel."""

BLOODY = "a bloody knife fight in the street"
"""A prompt with fewer pictures under a strict filter than under a lax one."""

COLOURFUL = "a red apple on a blue table"

MAX_FORMAT_ERROR = 12.0
"""The largest mean distance, in levels of 255, of a picture from itself in another format."""

CROWD = ("a red apple", "a green tree", "a blue car", "a yellow sun", "a white house", "a cat")
"""Prompts of calls that are sent at once."""


def is_seeded(case: Case) -> bool:
    """Whether a case makes new pictures that a seed decides."""
    return case.task in GENERATIVE and has_parameters(case, "seed", "addWatermark")


def is_sample(case: Case) -> bool:
    """Whether a case makes seeded pictures with the model that stands for all."""
    return is_seeded(case) and case.model == IMAGE_MODEL and case.task == "generate"


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
    """Another seed is another picture, of every sample; a caption below it may name the seed."""
    most = min(2, parameter_schema(case, "sampleCount").get("maximum", 1))
    first, second = (
        upper_halves(ask(lossless_case(case, f"seed {seed}", seed=seed, sampleCount=most)))
        for seed in (7, 8)
    )
    if any(one == other for one, other in zip(first, second, strict=False)):
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


@relation("formats", lambda case: is_sample(case) and bool(_types(case)))
def formats(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture looks the same in every format."""
    rule = parameter_fact(case, "outputOptions.mimeType")
    start = with_changes(case, "in colour", {"prompt": COLOURFUL})
    expected = first_picture(ask(lossless_case(start, "as PNG", seed=7)))
    for kind in _types(case) if expected else ():
        options = {"mimeType": kind}
        observed = first_picture(
            ask(lossless_case(start, f"as {kind}", seed=7, outputOptions=options))
        )
        if expected and observed and (error := distance(expected, observed)) > MAX_FORMAT_ERROR:
            yield difference("formats", rule, "the same picture", f"{error:.0f} levels off: {kind}")


@relation("together", is_sample)
def together(ask: Ask, case: Case) -> Iterator[Difference]:
    """Calls that are sent at once get the answers that each gets alone."""
    cases = [
        lossless_case(with_changes(case, prompt, {"prompt": prompt}), "alone", seed=7)
        for prompt in CROWD
    ]
    alone = [pixels(ask(one)) for one in cases]
    crowd = ask.together([with_label(one, "together") for one in cases])
    for prompt, expected, exchange in zip(CROWD, alone, crowd, strict=True):
        if expected and pixels(exchange) and expected != pixels(exchange):
            rule = rule_fact(case, "$defs", "instance", "properties", "prompt")
            yield difference("together", rule, f"a picture of {prompt}", "another one")


def upper_halves(exchange: Exchange) -> list[bytes]:
    """The pixels of the upper half of every picture of an answer."""
    images = (one.image for one in decoded_pictures(exchange) if one.image)
    return [
        image.convert("RGB").crop((0, 0, image.width, image.height // 2)).tobytes()
        for image in images
    ]


def distance(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference of a channel, in levels of 255; of small copies."""
    small = (image.convert("RGB").resize((64, 64)) for image in (one, other))
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)


def _types(case: Case) -> list[str]:
    """The MIME types that can be chosen for the pictures of a case."""
    options = parameter_schema(case, "outputOptions").get("properties", {})
    return list(options.get("mimeType", {}).get("enum", ()))


def element_outlines(exchange: Exchange) -> list[str]:
    """The keys and the MIME type of every prediction."""
    return [
        f"{', '.join(sorted(one))}: {one.get('mimeType')}" if isinstance(one, dict) else "text"
        for one in predictions(exchange)
    ]


def sizes(exchange: Exchange) -> list[tuple[int, int]]:
    """The width and height in pixels of every picture of an answer."""
    return [one.image.size for one in decoded_pictures(exchange) if one.image]
