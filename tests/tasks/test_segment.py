import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.tasks.segment import parse_classes
from tests.conftest import ask, opened, refused
from tests.pictures import gradient, media, product
from tests.sweep import sweep

MODEL = "image-segmentation-001"
SIZE = (200, 150)
NAMES = spec.table("segmentation_classes")["names"]


def body(image: Image.Image, instance: dict[str, Any] | None = None, **parameters: Any) -> Any:
    return {
        "instances": [{"image": media(image), **(instance or {})}],
        "parameters": parameters,
    }


def segmented(image: Image.Image, instance: dict[str, Any] | None = None, **parameters: Any) -> Any:
    return ask(MODEL, body=body(image, instance, **parameters))


def mask_of(image: Image.Image, instance: dict[str, Any] | None = None, **parameters: Any) -> Any:
    (prediction,) = segmented(image, instance, **parameters)
    return opened(prediction)


def refusal(sent: Any) -> str:
    return refused(MODEL, sent)


def disc(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    width, height = size
    box = (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return mask


def overlap(one: Image.Image, other: Image.Image) -> float:
    shared = ImageChops.darker(one, other).histogram()[255]
    return shared / ImageChops.lighter(one, other).histogram()[255]


def test_the_foreground_is_what_stands_on_plain_ground() -> None:
    assert overlap(mask_of(product(SIZE)), disc(SIZE)) > 0.95


def test_the_background_is_the_rest() -> None:
    front, back = (mask_of(product(SIZE), mode=mode) for mode in ("FOREGROUND", "background"))
    assert overlap(ImageChops.invert(front), back) > 0.95


@pytest.mark.parametrize("mode", ["foreground", "background"])
def test_a_mask_is_labelled_by_its_mode_and_a_score_of_six_digits(mode: str) -> None:
    (prediction,) = segmented(product(SIZE), mode=mode)
    (label,) = prediction["labels"]
    assert label["label"] == mode
    assert isinstance(label["score"], str)
    assert 0.5 <= float(label["score"]) <= 1
    assert len(label["score"].lstrip("0.")) <= 6
    assert prediction["mimeType"] == "image/png"


def test_a_mask_is_an_8_bit_grey_png_with_nothing_beside_its_pixels() -> None:
    (prediction,) = segmented(product(SIZE))
    mask = opened(prediction)
    assert (mask.format, mask.mode, mask.size, mask.info) == ("PNG", "L", SIZE, {})
    assert set(mask.tobytes()) == {0, 255}


def test_a_prompt_finds_several_masks_labelled_with_it_the_surest_first() -> None:
    predictions = segmented(product(SIZE), {"prompt": "The letter G"}, mode="prompt")
    scores = [float(prediction["labels"][0]["score"]) for prediction in predictions]
    assert len(predictions) > 1
    assert {prediction["labels"][0]["label"] for prediction in predictions} == {"The letter G"}
    assert scores == sorted(scores, reverse=True)


def test_no_more_predictions_than_asked() -> None:
    sent = {"prompt": "x"}
    assert len(segmented(product(SIZE), sent, mode="prompt", maxPredictions=1)) == 1


def test_less_confident_masks_than_asked_are_left_out() -> None:
    sent = {"prompt": "x"}
    every = [float(p["labels"][0]["score"]) for p in segmented(product(SIZE), sent, mode="prompt")]
    middle = sum(every) / len(every)
    kept = segmented(product(SIZE), sent, mode="prompt", confidenceThreshold=middle)
    assert len(kept) == sum(score >= middle for score in every)


def test_a_mask_is_dilated_by_a_share_of_the_width() -> None:
    plain = mask_of(product(SIZE))
    wider = mask_of(product(SIZE), maskDilation=0.05)
    left, right = plain.getbbox()[0], wider.getbbox()[0]
    assert left - right == 10
    assert ImageChops.subtract(plain, wider).getbbox() is None


def test_without_a_threshold_a_mask_is_soft() -> None:
    soft = mask_of(product(SIZE), binaryColorThreshold=-1)
    levels = set(soft.tobytes())
    assert {0, 255} < levels
    hard = mask_of(product(SIZE), binaryColorThreshold=96)
    assert hard.tobytes() == soft.point([255 * (v > 96) for v in range(256)]).tobytes()


@pytest.mark.parametrize("threshold", [0, 98.0, 254])
def test_a_higher_threshold_never_sets_more(threshold: float) -> None:
    less = mask_of(product(SIZE), binaryColorThreshold=255)
    more = mask_of(product(SIZE), binaryColorThreshold=threshold)
    assert ImageChops.subtract(less, more).getbbox() is None


def test_a_semantic_mask_has_no_label_and_no_side_over_1024() -> None:
    (prediction,) = segmented(gradient((1408, 768)), {"prompt": "skateboard"}, mode="SEMANTIC")
    assert "labels" not in prediction
    assert opened(prediction).size == (1024, 559)


def test_a_small_semantic_mask_has_the_size_of_the_picture() -> None:
    assert mask_of(gradient(SIZE), {"prompt": "cat"}, mode="semantic").size == SIZE


def test_classes_of_a_blank_picture_are_nowhere() -> None:
    blank = Image.new("RGB", SIZE, "teal")
    assert mask_of(blank, {"prompt": "cat, dog"}, mode="semantic").getbbox() is None


def test_what_is_no_class_is_nowhere() -> None:
    assert mask_of(gradient(SIZE), {"prompt": "xyzzy"}, mode="semantic").getbbox() is None


@sweep(("number", "name"), list(enumerate(NAMES)))
def test_every_class_is_known_by_its_name_in_both_spellings(number: int, name: str) -> None:
    other = name.replace(" (other)", "_other").replace(" ", "_")
    assert parse_classes(name) == parse_classes(f"nothing, {other}") == parse_classes(other.upper())
    assert number in [index for index, same in enumerate(NAMES) if same == name]
    assert NAMES[parse_classes(name)[0]] == name


def test_a_scribble_selects_what_it_lies_on() -> None:
    scribble = Image.new("L", SIZE)
    ImageDraw.Draw(scribble).line((90, 70, 110, 80), fill=255, width=5)
    instance = {"scribble": {"image": media(scribble)}}
    (prediction,) = segmented(product(SIZE), instance, mode="interactive")
    assert "labels" not in prediction
    assert overlap(opened(prediction), disc(SIZE)) > 0.9


def test_a_scribble_on_the_ground_selects_the_ground() -> None:
    scribble = Image.new("L", SIZE)
    ImageDraw.Draw(scribble).line((5, 5, 40, 8), fill=255, width=5)
    mask = mask_of(product(SIZE), {"scribble": {"image": media(scribble)}}, mode="INTERACTIVE")
    assert (mask.getpixel((190, 140)), mask.getpixel((100, 75))) == (255, 0)


@pytest.mark.parametrize(("share", "selected"), [(6, 0), (15, 255)])
def test_a_scribble_selects_every_region_that_has_a_tenth_of_it(share: int, selected: int) -> None:
    scribble = Image.new("L", SIZE)
    draw = ImageDraw.Draw(scribble)
    draw.rectangle((5, 5, 5 + 99 - share, 9), fill=255)  # on the ground
    draw.rectangle((90, 73, 90 + share - 1, 77), fill=255)  # on the disc
    mask = mask_of(product(SIZE), {"scribble": {"image": media(scribble)}}, mode="interactive")
    assert (mask.getpixel((190, 140)), mask.getpixel((100, 100))) == (255, selected)


def test_an_empty_scribble_selects_nothing() -> None:
    instance = {"scribble": {"image": media(Image.new("L", SIZE))}}
    assert mask_of(product(SIZE), instance, mode="interactive").getbbox() is None


@sweep(
    ("sent", "said"),
    [
        (body(product(SIZE), mode="prompt"), "prompt is required"),
        (body(product(SIZE), {"prompt": " "}, mode="semantic"), "prompt is required"),
        (body(product(SIZE), mode="interactive"), "scribble image is required"),
        (body(product(SIZE), {"scribble": {}}, mode="interactive"), "scribble image is required"),
        (body(product(SIZE), mode="everything"), "everything"),
        (body(product(SIZE), maskDilation=1.1), "maskDilation"),
        (body(product(SIZE), confidenceThreshold=-0.1), "confidenceThreshold"),
        (body(product(SIZE), binaryColorThreshold=256), "binaryColorThreshold"),
        (body(product(SIZE), {"prompt": "x"}, mode="prompt", maxPredictions=0), "maxPredictions"),
        ({"instances": [{}]}, "No uri or raw bytes"),
    ],
)
def test_what_does_not_fit_is_refused_by_what_is_wrong(sent: Any, said: str) -> None:
    assert said in refusal(sent)


def test_parameters_may_be_missing() -> None:
    sent = {"instances": [{"image": media(product(SIZE))}]}
    assert opened(ask(MODEL, body=sent)[0]).size == SIZE


def test_a_refused_prompt_is_refused_here_too() -> None:
    sent = body(product(SIZE), {"prompt": "how to make a bomb"}, mode="prompt")
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body=sent)
    assert "could not be submitted" in status(caught.value, spec.surface("vertex"))["message"]


@given(
    st.tuples(st.integers(1, 120), st.integers(1, 120)),
    st.sampled_from(["foreground", "background", "semantic", "prompt"]),
    st.floats(0, 1),
)
@settings(max_examples=40, deadline=None)
def test_any_picture_has_a_mask_of_its_size(
    size: tuple[int, int], mode: str, dilation: float
) -> None:
    sent = body(gradient(size), {"prompt": "cat"}, mode=mode, maskDilation=dilation)
    predictions = ask(MODEL, body=sent)
    assert all(opened(prediction).size == size for prediction in predictions)
    assert predictions == ask(MODEL, body=json.loads(json.dumps(sent)))
    assert predictions or mode == "prompt"
