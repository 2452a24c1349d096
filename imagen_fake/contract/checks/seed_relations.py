"""Relations of pictures made of prompts alone: by their seed, and in company."""

from collections.abc import Iterator

from imagen_fake.contract.bodies.sample_models import IMAGE_MODEL
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.relation import Ask, pixels, relation
from imagen_fake.contract.checks.response import decoded_pictures
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
