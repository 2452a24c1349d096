"""Relations of what is made of pictures: upscaled, described, verified."""

from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image, ImageChops, ImageStat

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import PROMPT
from imagen_fake.contract.bodies.pictures import to_media
from imagen_fake.contract.checks.effective_request import (
    base_image,
    effective_request,
)
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.relation import Ask, first_picture, relation
from imagen_fake.contract.checks.response import predictions
from imagen_fake.contract.checks.variants import (
    has_parameters,
    lossless_case,
    parameter_schema,
    task_case,
    with_changes,
)
from imagen_fake.contract.exchange import Case, Difference, Fact
from imagen_fake.contract.facts.lookup import parameter_fact, task_fact
from imagen_fake.contract.facts.schemas import task_schema

MAX_UPSCALE_ERROR = 4.0
"""The largest mean distance, in levels of 255, of a picture from its downscaled upscaled copy."""


SMALL = 32
"""Pixels of the shorter side of a picture to upscale."""


@relation("upscaled", lambda case: case.task == "upscale" and case.violation is None)
def upscale_keeps_picture(ask: Ask, case: Case) -> Iterator[Difference]:
    """An upscaled picture is still the same picture."""
    base = base_image(case, effective_request(case).instance)
    upscaled = first_picture(ask(lossless_case(case, "as PNG")))
    if base is None or upscaled is None or base.mode not in {"RGB", "L"}:
        return
    small = upscaled.convert("RGB").resize(base.size, Image.Resampling.BOX)
    error = max(ImageStat.Stat(ImageChops.difference(small, base.convert("RGB"))).mean)
    if error > MAX_UPSCALE_ERROR:
        rule = task_fact("upscale")
        yield difference("upscaled", rule, "the same picture", f"{error:.0f} levels off")


@relation("longer side", lambda case: bool(_longer_sides(case)))
def longer_side(ask: Ask, case: Case) -> Iterator[Difference]:
    """A side of so many pixels is the width of a wide picture, and the height of a high one."""
    for rule, longer, parameters in _longer_sides(case):
        for width, height in ((2, 1), (1, 2)):
            side = longer * 3 // 4 if case.task == "segment" else SMALL
            picture = pictures.picture((width * side, height * side))
            image = {"prompt": PROMPT, "image": to_media(picture)}
            observed = first_picture(
                ask(with_changes(case, f"{width}:{height}", image, **parameters))
            )
            expected = (width * longer // 2, height * longer // 2)
            if observed and observed.size != expected:
                yield difference("longer side", rule, expected, observed.size)


@relation("caption", lambda case: case.task == "caption" and case.violation is None)
def caption_survives_upscale(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture and its upscaled copy have the same caption."""
    picture = first_picture(ask(task_case("generate", {"prompt": "a red apple"}, sampleCount=1)))
    if picture is None:
        return
    sent = {"prompt": "", "image": to_media(picture)}
    larger = first_picture(ask(task_case("upscale", sent, upscaleConfig={"upscaleFactor": "x2"})))
    if larger is None:
        return
    first, second = (
        predictions(ask(with_changes(case, name, {"image": to_media(image)}, sampleCount=1)))
        for name, image in (("of a picture", picture), ("of its larger copy", larger))
    )
    if first and second and first != second:
        yield difference("caption", task_fact("caption"), first, second)


@relation("languages", lambda case: case.task == "caption" and has_parameters(case, "language"))
def caption_languages(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture has another caption in each language."""
    languages = parameter_schema(case, "language")["enum"]
    captions = {
        str(tuple(predictions(ask(with_changes(case, one, language=one, sampleCount=1)))))
        for one in languages
    }
    if "()" not in captions and len(captions) < len(languages):
        rule = parameter_fact(case, "language")
        yield difference("languages", rule, f"{len(languages)} captions", f"{len(captions)}")


@relation("verified", lambda case: case.task == "verify" and case.violation is None)
def watermark_verified(ask: Ask, case: Case) -> Iterator[Difference]:
    """A picture with a watermark is accepted, one without is not."""
    rule, decisions = task_fact("verify", "x-decisions"), task_schema("verify")["x-decisions"]
    for marked, expected in zip((True, False), decisions["value"], strict=True):
        instance = {"prompt": "a red apple"}
        generate = task_case("generate", instance, sampleCount=1, addWatermark=marked)
        picture = first_picture(ask(generate))
        if picture is None:
            continue
        image = {"image": to_media(picture)}
        decision = predictions(ask(with_changes(case, f"marked: {marked}", image)))
        if decision and decision[0] != {"decision": expected}:
            yield difference("verified", rule, expected, decision[0])


def _longer_sides(case: Case) -> list[tuple[Fact, int, Mapping[str, Any]]]:
    """The facts that name the pixels of an answer's longer side, and what selects each."""
    if case.violation is not None:
        return []
    if case.task == "segment":
        rule = task_fact("segment", "x-longest")
        longest = task_schema("segment")["x-longest"]["value"]
        return [(rule, side, {"mode": mode}) for mode, side in longest.items()]
    if case.task != "upscale" or not has_parameters(case, "sampleImageSize"):
        return []
    size = parameter_schema(case, "sampleImageSize")["enum"][0]
    rule = parameter_fact(case, "sampleImageSize")
    return [(rule, int(size), {"sampleImageSize": size, "upscaleConfig": None})]
