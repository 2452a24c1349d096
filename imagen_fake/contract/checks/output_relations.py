"""Relations of what a request says of its answer: ratio, filter, quality, format."""

from collections.abc import Iterator
from itertools import pairwise

from PIL import Image, ImageChops, ImageStat

from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.relation import Ask, first_picture, relation
from imagen_fake.contract.checks.response import (
    decoded_pictures,
    picture_predictions,
    predictions,
)
from imagen_fake.contract.checks.seed_relations import is_sample
from imagen_fake.contract.checks.variants import (
    has_parameters,
    lossless_case,
    parameter_schema,
    with_changes,
)
from imagen_fake.contract.exchange import Case, Difference, Exchange
from imagen_fake.contract.facts.lookup import parameter_fact

BLOODY = "a bloody knife fight in the street"
"""A prompt with fewer pictures under a strict filter than under a lax one."""

COLOURFUL = "a red apple on a blue table"

MAX_FORMAT_ERROR = 12.0
"""The largest mean distance, in levels of 255, of a picture from itself in another format."""


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
