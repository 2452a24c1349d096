from typing import Any

import pytest
from PIL import Image

from imagen_fake import spec
from tests.conftest import GENERATING, ask, opened
from tests.sweep import sweep

MODELS = GENERATING


def parameters(model_id: str) -> Any:
    model = spec.model(model_id)
    assert model
    return spec.request(model.id, "generate", "vertex").schema["$defs"]["parameters"]["properties"]


@sweep("model", MODELS)
def test_every_ratio_and_size_of_a_model_has_its_exact_pixels(model: str) -> None:
    known = spec.model(model)
    assert known
    sizes = parameters(model)["sampleImageSize"]
    for size in [None] if "x-effect" in sizes else sizes["enum"]:
        for ratio in parameters(model)["aspectRatio"]["enum"]:
            asked: dict[str, Any] = {
                "aspectRatio": ratio,
                "sampleImageSize": size,
                "sampleCount": 1,
            }
            image = opened(ask(model, **asked)[0])
            assert (image.size, image.mode) == (known.size(size or "1K", ratio), "RGB")


@pytest.mark.parametrize(
    "mime_type", spec.read("tasks/generate.json")["$defs"]["parameters"]["properties"][
        "outputOptions"]["properties"]["mimeType"]["enum"],
)  # fmt: skip
def test_every_mime_type_is_what_it_says(mime_type: str) -> None:
    (prediction,) = ask(sampleCount=1, outputOptions={"mimeType": mime_type})
    kind = opened(prediction).format
    assert prediction["mimeType"] == mime_type
    assert kind
    assert Image.MIME.get(kind, "image/vnd.microsoft.icon") in {mime_type, "image/x-icon"}


def test_a_higher_quality_is_a_larger_file() -> None:
    sizes = [
        len(
            ask(
                sampleCount=1,
                outputOptions={"mimeType": "image/jpeg", "compressionQuality": quality},
            )[0]["bytesBase64Encoded"]
        )
        for quality in (0, 50, 100)
    ]
    assert sizes == sorted(set(sizes))


def test_the_format_and_the_size_leave_the_scores_as_they_are() -> None:
    def scores(**asked: Any) -> list[object]:
        answered = ask(includeSafetyAttributes=True, prompt="a bloody knight", **asked)
        return [prediction.get("safetyAttributes") for prediction in answered]

    assert scores() == scores(outputOptions={"mimeType": "image/jpeg"}) == scores(aspectRatio="3:4")


@pytest.mark.parametrize("prompt", ["una manzana roja", "赤いりんご", "빨간 사과", "कुत्ता", "قطة"])
def test_a_prompt_is_understood_whatever_its_language_is_said_to_be(prompt: str) -> None:
    pictures = [ask(prompt=prompt, **said) for said in ({}, {"language": "auto"})]
    assert pictures[0] == pictures[1]
    assert ask(prompt=prompt, language="en") == pictures[0]


def test_a_word_of_two_languages_is_drawn_in_the_one_that_is_named() -> None:
    drawn = {
        language: opened(ask(prompt="una llama", sampleCount=1, language=language)[0]).tobytes()
        for language in ("es", "pt", "auto")
    }
    assert drawn["es"] != drawn["pt"]
    assert drawn["auto"] in (drawn["es"], drawn["pt"])


def test_pictures_carry_their_scores_only_when_asked() -> None:
    with_scores = ask(sampleCount=1, includeSafetyAttributes=True)
    categories = spec.table("safety_categories")
    assert with_scores[0]["safetyAttributes"]["categories"] == categories["image"]["value"]
    assert with_scores[1]["safetyAttributes"]["categories"] == categories["prompt"]["value"]
    assert "safetyAttributes" not in ask(sampleCount=1)[0]


def test_png_says_that_it_is_generated_and_jpeg_says_nothing() -> None:
    png = opened(ask(sampleCount=1)[0])
    jpeg = opened(ask(sampleCount=1, outputOptions={"mimeType": "image/jpeg"})[0])
    assert "TrainedAlgorithmicMedia" in str(png.info["XML:com.adobe.xmp"])
    assert b"AI Generated".hex() in str(png.info["Raw profile type iptc"]).replace("\n", "")
    assert jpeg.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_style_of_the_oldest_model_changes_the_picture() -> None:
    drawn = {
        opened(ask("imagegeneration@002", sampleCount=1, sampleImageStyle=style)[0]).tobytes()
        for style in parameters("imagegeneration@002")["sampleImageStyle"]["enum"]
    }
    assert len(drawn) == len(parameters("imagegeneration@002")["sampleImageStyle"]["enum"])
