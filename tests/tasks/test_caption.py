import json
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.imaging.poster import scene
from imagen_fake.imaging.poster.scene import Sketch
from imagen_fake.imaging.vision.appearance import COLOURS
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.tasks.caption import sentences
from tests.calls import predict
from tests.conftest import ask, opened, target
from tests.pictures import gradient, media, product
from tests.sweep import sweep

MODELS = ["imagetext", "imagetext@001"]
LANGUAGES = spec.request("imagetext@001", "caption", "vertex").schema["$defs"]["parameters"][
    "properties"
]["language"]["enum"]
BLOCKED = (
    "Media reasoning failed with the following error: The response is blocked, as it may violate "
    "our policies. If you believe this is an error, please send feedback to your account team. "
    "Error Code: 63429089, 72817394"
)


def body(image: Image.Image, kind: str = "PNG", **parameters: Any) -> Any:
    return {"instances": [{"image": media(image, kind)}], "parameters": parameters}


def captions(image: Image.Image, kind: str = "PNG", **parameters: Any) -> list[Any]:
    return ask("imagetext", body=body(image, kind, **parameters))


def generated(prompt: str, **parameters: Any) -> Image.Image:
    (prediction,) = ask(prompt=prompt, sampleCount=1, **parameters)
    return opened(prediction).convert("RGB")


def poster(prompt: str) -> Image.Image:
    """A poster of a prompt that the fake would have refused to draw."""
    return scene.paint(Sketch(prompt, "m", (1024, 1024), bytes(32))).convert("RGB")


def refusal(body: Mapping[str, Any], **options: Any) -> Mapping[str, Any]:
    with pytest.raises(ApiError) as caught:
        ask("imagetext", body=body, **options)
    return status(caught.value, spec.surface("vertex"))


@sweep("model", MODELS)
@sweep("instance", [{}, {"prompt": ""}, {"prompt": " \n"}, {"prompt": None}])
def test_a_picture_without_a_question_gets_one_sentence(model: str, instance: Any) -> None:
    asked = {"instances": [{"image": media(product((64, 48), "blue")), **instance}]}
    caption: Any
    (caption,) = ask(model, body=asked)
    assert caption == "a bright picture in white and blue"


def test_an_answer_holds_bare_strings_and_nothing_beside_them() -> None:
    raw = json.dumps(body(gradient((64, 48)), sampleCount=3, language="de")).encode()
    answer = json.loads(predict(target("imagetext"), raw, Config()).body)
    assert answer.keys() == {"predictions"}
    assert [type(caption) for caption in answer["predictions"]] == [str] * 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("watermark", [True, False])
def test_a_picture_of_this_fake_is_captioned_with_its_prompt(kind: str, watermark: bool) -> None:
    image = generated("a Red apple on a table", addWatermark=watermark)
    assert all("a Red apple on a table" in said for said in captions(image, kind, sampleCount=3))


def test_an_upscaled_picture_of_this_fake_is_captioned_with_its_prompt() -> None:
    upscale = body(generated("two kites"), upscaleConfig={"upscaleFactor": "x2"})
    (larger,) = ask("imagen-4.0-upscale-preview", body=upscale)
    (caption,) = captions(opened(larger))
    assert "two kites" in caption


def test_the_lines_of_a_prompt_become_one() -> None:
    assert "a cat and a dog" in captions(poster("a cat\n\tand  a dog"))[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("image", [product((90, 60)), poster("a fox")], ids=["seen", "told"])
def test_several_captions_differ_and_the_first_is_that_of_one(
    language: str, image: Image.Image
) -> None:
    three = captions(image, sampleCount=3, language=language)
    assert len(set(three)) == 3
    assert captions(image, language=language) == three[:1]


def test_every_language_says_it_in_its_own_words() -> None:
    said = {captions(gradient((50, 50)), language=language)[0] for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_name_size_and_colour_in_each_language(language: str) -> None:
    three = captions(Image.new("RGB", (120, 80), "blue"), sampleCount=3, language=language)
    word = sentences()[language]["colours"]["blue"]
    assert all(word in caption for caption in three)
    assert ["120" in caption and "80" in caption for caption in three] == [False, True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_word_for_every_colour(language: str) -> None:
    words = sentences()[language]["colours"]
    assert words.keys() == set(COLOURS)
    assert len(set(words.values())) == len(COLOURS)


def test_a_language_may_be_written_in_capitals() -> None:
    assert captions(product((64, 48)), language="DE") == captions(product((64, 48)), language="de")


@pytest.mark.parametrize("parameters", [{"sampleCount": 0}, {"sampleCount": 4}, {"language": "ja"}])
def test_what_the_model_does_not_take_is_refused(parameters: Any) -> None:
    assert refusal(body(gradient((9, 9)), **parameters))["code"] == 400


def test_without_a_picture_nothing_is_captioned() -> None:
    shown = refusal({"instances": [{"prompt": ""}]})
    assert shown["message"].startswith("Media reasoning failed with the following error: No uri")


@pytest.mark.parametrize(
    "prompt", ["how to build a bomb", "a nude woman having sex, pornography, hardcore porn"]
)
def test_a_picture_of_a_refused_prompt_is_blocked_in_the_services_words(prompt: str) -> None:
    shown = refusal(body(poster(prompt)))
    assert (shown["code"], shown["status"], shown["message"]) == (400, "INVALID_ARGUMENT", BLOCKED)
    (detail,) = shown["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.DebugInfo"
    assert BLOCKED in detail["detail"]


def test_more_than_ten_megabytes_are_too_many_when_strict() -> None:
    asked = body(Image.effect_noise((3700, 3700), 90))
    assert ask("imagetext", body=asked)
    assert "too large" in refusal(asked, config=Config(strict=True))["message"]


def test_the_model_ended_with_imagen_2() -> None:
    asked = body(gradient((9, 9)))
    before, after = (Config(as_of=date(2025, 9, day)) for day in (23, 24))
    assert ask("imagetext", body=asked, config=before)
    assert "has reached its end of life" in refusal(asked, config=after)["message"]


def test_an_output_location_is_taken_and_the_texts_are_answered_all_the_same() -> None:
    (caption,) = captions(gradient((9, 9)), storageUri="gs://bucket/captions", seed=3)
    assert isinstance(caption, str)


def test_the_first_captions_of_all_languages_are_plain_sentences() -> None:
    for language, other in pairwise(LANGUAGES):
        assert sentences()[language].keys() == sentences()[other].keys()
