"""Relations of masks: of edits, and of segmentation."""

from collections.abc import Iterator

from PIL import Image, ImageChops, ImageFilter, ImageStat

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.pictures import to_media
from imagen_fake.contract.checks.effective_request import (
    base_image,
    decode_media,
    effective_request,
)
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.relation import Ask, first_picture, relation
from imagen_fake.contract.checks.response import predictions, value_at
from imagen_fake.contract.checks.variants import has_parameters, lossless_case, with_changes
from imagen_fake.contract.exchange import Case, Difference
from imagen_fake.contract.facts.lookup import parameter_fact, rule_fact, task_fact
from imagen_fake.contract.facts.schemas import task_schema

SOFT = 2
"""The pixels by which the edge of a mask may be off, where it is softened and cut again."""

PROMPTED = "prompt"
"""The mode of segmentation whose masks are those of a prompt."""

THRESHOLDS = (0, 96, 200)
"""Levels of grey above which a mask is made white."""

MAX_REST_ERROR = 64.0
"""The mean distance in levels of 255 of foreground and rest, whose soft edges overlap."""

WIDE, DILATION = (320, 160), 0.1
"""A size in pixels, and a share of its width that is another share of its height."""


@relation("mask", lambda case: case.task == "edit" and user_mask(case) is not None)
def mask_respected(ask: Ask, case: Case) -> Iterator[Difference]:
    """An edit changes what its mask covers, and no pixel elsewhere."""
    mask, base = user_mask(case), base_image(case, effective_request(case).instance)
    edited = first_picture(ask(lossless_case(case, "by its mask")))
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


@relation("grown edit", lambda case: case.task == "edit" and user_mask(case) is not None)
def edit_dilation(ask: Ask, case: Case) -> Iterator[Difference]:
    """An edit reaches beyond its mask by the dilation that is asked for."""
    request = effective_request(case)
    base, mask = base_image(case, request.instance), user_mask(_with_dilation(case, 0))
    edited = first_picture(ask(lossless_case(_with_dilation(case, DILATION), "a larger mask")))
    if edited is None or mask is None or base is None or edited.size != base.size:
        return
    changed = ImageChops.difference(edited.convert("RGB"), base.convert("RGB"))
    if not ImageChops.multiply(changed, ImageChops.invert(mask).convert("RGB")).getbbox():
        rule = rule_fact(case, "$defs", "maskImageConfig", "properties", "dilation")
        yield difference("grown edit", rule, "changed around the mask", "nothing changed there")


@relation("dilation", lambda case: case.task == "segment" and has_parameters(case, "maskDilation"))
def dilation_by_width(ask: Ask, case: Case) -> Iterator[Difference]:
    """A mask is grown on every side by a share of the picture's width."""
    image = {"image": to_media(pictures.picture(WIDE))}
    cases = (
        with_changes(case, f"grown by {share}", image, maskDilation=share)
        for share in (0, DILATION)
    )
    masks = [first_picture(ask(one)) for one in cases]
    plain, grown = (mask and mask.getbbox() for mask in masks)
    if not plain or not grown:
        return
    reach, (width, height) = round(DILATION * WIDE[0]), WIDE
    left, top, right, bottom = plain
    expected = (
        max(0, left - reach), max(0, top - reach),
        min(width, right + reach), min(height, bottom + reach),
    )  # fmt: skip
    if max(abs(one - other) for one, other in zip(expected, grown, strict=True)) > SOFT:
        yield difference("dilation", parameter_fact(case, "maskDilation"), expected, grown)


@relation(
    "threshold",
    lambda case: case.task == "segment" and has_parameters(case, "binaryColorThreshold"),
)
def colour_threshold(ask: Ask, case: Case) -> Iterator[Difference]:
    """A mask is white where its soft grey one is lighter than the threshold."""
    soft, *masks = (
        first_picture(ask(with_changes(case, f"above {level}", binaryColorThreshold=level)))
        for level in (-1, *THRESHOLDS)
    )
    if soft and soft.convert("L").getcolors(2) is not None:
        rule = parameter_fact(case, "binaryColorThreshold")
        yield difference("threshold", rule, "soft and grey below 0", "black and white")
        return
    for level, mask in zip(THRESHOLDS, masks, strict=True):
        if soft and mask:
            white = soft.convert("L").point([255 * (one > level) for one in range(256)])
            if white.tobytes() != mask.convert("L").tobytes():
                rule, expected = (
                    parameter_fact(case, "binaryColorThreshold"),
                    f"white above {level}",
                )
                yield difference("threshold", rule, expected, "another mask")


@relation("foreground or not", lambda case: case.task == "segment" and has_parameters(case, "mode"))
def background_is_the_rest(ask: Ask, case: Case) -> Iterator[Difference]:
    """The background is what is not the foreground."""
    foreground, background = (
        first_picture(ask(with_changes(case, mode, mode=mode)))
        for mode, label in task_schema("segment")["x-labelled"]["value"].items()
        if label  # the third mode labels its masks with the prompt
    )
    if foreground is None or background is None:
        return
    rest = ImageChops.invert(background.convert("L"))
    error = ImageStat.Stat(ImageChops.difference(foreground.convert("L"), rest)).mean[0]
    if error > MAX_REST_ERROR:
        rule = parameter_fact(case, "mode")
        yield difference(
            "foreground or not", rule, "all but the foreground", f"{error:.0f} levels off"
        )


@relation("confidence", lambda case: case.task == "segment" and _is_prompted(case))
def confidence_threshold(ask: Ask, case: Case) -> Iterator[Difference]:
    """Masks that are less sure than requested are left out, and no others."""
    image = {"image": to_media(_several_things())}
    all_of_them = _confidences(ask, with_changes(case, "sure or not", image, confidenceThreshold=0))
    if len(set(all_of_them)) < 2:
        return
    least = sorted(all_of_them)[len(all_of_them) // 2]
    sure = _confidences(ask, with_changes(case, "sure", image, confidenceThreshold=least))
    expected = [one for one in all_of_them if one >= least]
    if sure != expected:
        yield difference("confidence", parameter_fact(case, "confidenceThreshold"), expected, sure)


@relation("most masks", lambda case: case.task == "segment" and _is_prompted(case))
def most_masks(ask: Ask, case: Case) -> Iterator[Difference]:
    """Of more masks than requested there are the first, and no more."""
    image = {"image": to_media(_several_things())}
    some, fewer = (
        len(predictions(ask(with_changes(case, f"{most} masks", image, maxPredictions=most))))
        for most in (3, 2)
    )
    if (some == 3 and fewer != 2) or some > 3:
        rule = parameter_fact(case, "maxPredictions")
        yield difference("most masks", rule, "3 masks, then 2", f"{some}, then {fewer}")


def _with_dilation(case: Case, share: float) -> Case:
    """The case with another dilation of its mask, a share of its width."""
    references = [
        {**one, "maskImageConfig": {**one["maskImageConfig"], "dilation": share}}
        if "maskImageConfig" in one
        else one
        for one in effective_request(case).instance["referenceImages"]
    ]
    return with_changes(case, f"grown by {share}", {"referenceImages": references})


def user_mask(case: Case) -> Image.Image | None:
    """The mask that a case sends, white where it may be edited; None if it sends none.

    What is at least half as bright as the brightest pixel is set. It is dilated as requested: by
    a share of its width on every side.
    """
    if case.violation is not None:
        return None
    for reference in effective_request(case).instance.get("referenceImages", ()):
        mask = decode_media(reference.get("referenceImage"))
        if str(reference["referenceType"]).endswith("_MASK") and mask:
            grey = mask.convert("L")
            brightest = grey.histogram()
            highest = max((level for level in range(256) if brightest[level]), default=0)
            binary = grey.point([255 * (2 * level >= highest > 0) for level in range(256)])
            reach = round(reference["maskImageConfig"]["dilation"] * mask.width)
            return binary.filter(ImageFilter.MaxFilter(2 * reach + 1))
    return None


def _is_prompted(case: Case) -> bool:
    """Whether a case asks for the masks of a prompt, which have scores."""
    return (
        has_parameters(case, "confidenceThreshold")
        and effective_request(case).parameter("mode") == PROMPTED
    )


def _several_things() -> Image.Image:
    """A picture with several regions."""
    image = Image.new("RGB", WIDE, "white")
    for number, colour in enumerate(("red", "green", "blue", "orange", "black")):
        image.paste(colour, (10 + 62 * number, 30, 50 + 62 * number, 130))
    return image


def _confidences(ask: Ask, case: Case) -> list[float]:
    """The score of every mask of the answer to a case."""
    scores = (value_at(one, "labels", 0, "score") for one in predictions(ask(case)))
    return [float(score) for score in scores if score is not None]
