"""Every class of the client that sends a picture, the old spelling of edits included."""

import io
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw
from vertexai.preview.vision_models import (
    ControlReferenceImage,
    Image,
    ImageCaptioningModel,
    ImageGenerationModel,
    ImageQnAModel,
    ImageSegmentationModel,
    ImageTextModel,
    MaskReferenceImage,
    RawReferenceImage,
    Scribble,
    StyleReferenceImage,
    SubjectReferenceImage,
    WatermarkVerificationModel,
)

from tests.clients.google_cloud_aiplatform.conftest import Generate
from tests.clients.pictures import decoded

SIZE = (256, 192)


def sent(picture: Pillow.Image) -> Image:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return Image(written.getvalue())


def product() -> Pillow.Image:
    picture = Pillow.new("RGB", SIZE, (236, 236, 232))
    ImageDraw.Draw(picture).ellipse((64, 32, 192, 160), fill=(190, 40, 50))
    return picture


def half_mask() -> Pillow.Image:
    mask = Pillow.new("L", SIZE)
    mask.paste(255, (0, 0, SIZE[0] // 2, SIZE[1]))
    return mask


def only(answer: Any) -> Pillow.Image:
    [generated] = answer.images
    return decoded(generated._image_bytes)


def difference(answer: Any) -> Pillow.Image:
    return ImageChops.difference(only(answer), product())


@pytest.mark.parametrize("mode", ["inpainting-insert", "inpainting-remove", "outpainting"])
def test_the_old_edit_changes_what_the_mask_covers_and_nothing_else(mode: str) -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@006")
    changed = difference(
        model.edit_image(
            prompt="a blue boat",
            base_image=sent(product()),
            mask=sent(half_mask()),
            edit_mode=mode,
            mask_dilation=0,
        )
    )
    assert changed.crop((SIZE[0] // 2, 0, *SIZE)).getbbox() is None
    assert changed.getbbox() is not None


@pytest.mark.parametrize("mode", ["foreground", "background"])
def test_the_old_edit_finds_a_mask_itself(mode: str) -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@006")
    changed = difference(
        model.edit_image(
            prompt="snow", base_image=sent(product()), edit_mode="inpainting-insert",
            mask_mode=mode, mask_dilation=0,
        )
    )  # fmt: skip
    middle, corner = changed.crop((110, 80, 146, 112)), changed.crop((0, 0, 30, 30))
    kept, other = (corner, middle) if mode == "foreground" else (middle, corner)
    assert kept.getbbox() is None
    assert other.getbbox() is not None


@pytest.mark.parametrize("position", ["fixed", "reposition"])
def test_a_product_gets_another_background(position: str) -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@006")
    answer = model.edit_image(
        prompt="a wooden table", base_image=sent(product()), edit_mode="product-image",
        product_position=position,
    )  # fmt: skip
    changed = difference(answer)
    assert changed.crop((0, 0, 30, 30)).getbbox() is not None
    below = only(answer).getpixel((128, 172))
    assert (below == (190, 40, 50)) == (position == "reposition")


def test_the_old_edit_works_without_a_mask() -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@002")
    answer = model.edit_image(prompt="as a watercolour", base_image=sent(product()))
    assert only(answer).size == SIZE
    assert difference(answer).getbbox() is not None


def test_the_new_edit_changes_what_the_mask_covers_and_nothing_else() -> None:
    model = ImageGenerationModel.from_pretrained("imagen-3.0-capability-001")
    changed = difference(
        model.edit_image(
            prompt="a blue boat",
            edit_mode="inpainting-insert",
            reference_images=[
                RawReferenceImage(reference_id=0, image=sent(product())),
                MaskReferenceImage(
                    reference_id=1,
                    image=sent(half_mask()),
                    mask_mode="user_provided",
                    dilation=0.01,
                ),
            ],
        )
    )
    grown = SIZE[0] // 2 + 3
    assert changed.crop((grown, 0, *SIZE)).getbbox() is None
    assert changed.getbbox() is not None


def test_the_new_edit_takes_classes() -> None:
    model = ImageGenerationModel.from_pretrained("imagen-3.0-capability-001")
    answer = model.edit_image(
        prompt="a blue boat",
        edit_mode="inpainting-insert",
        reference_images=[
            RawReferenceImage(reference_id=0, image=sent(product())),
            MaskReferenceImage(
                reference_id=1, image=None, mask_mode="semantic", segmentation_classes=[7, 193]
            ),
        ],
    )
    assert only(answer).size == SIZE


@pytest.mark.parametrize(
    "reference",
    [
        StyleReferenceImage(1, sent(product()), style_description="paper cut"),
        SubjectReferenceImage(
            1, sent(product()), subject_description="a red ball", subject_type="product"
        ),
        ControlReferenceImage(
            1, sent(product()), control_type="canny", enable_control_image_computation=True
        ),
    ],
    ids=lambda reference: type(reference).__name__,
)
def test_a_picture_follows_a_reference(reference: Any) -> None:
    model = ImageGenerationModel.from_pretrained("imagen-3.0-capability-001")
    answer = model._generate_images(
        prompt="a garden party with [1]", reference_images=[reference], number_of_images=1,
        aspect_ratio="16:9",
    )  # fmt: skip
    assert only(answer).size == (1408, 768)


def test_an_upscale_reaches_the_size_that_is_asked_for() -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@002")
    square = Pillow.new("RGB", (1024, 1024), "teal")
    larger = model.upscale_image(image=sent(square), new_size=2048)
    assert decoded(larger._image_bytes).size == (2048, 2048)


def test_a_caption_says_what_a_picture_of_the_fake_was_asked_for(generate: Generate) -> None:
    [generated] = generate("a red apple on a table").images
    model = ImageCaptioningModel.from_pretrained("imagetext@001")
    captions = model.get_captions(image=generated, number_of_results=2, language="en")
    assert len(set(captions)) == 2
    assert "red apple" in captions[0]


@pytest.mark.parametrize("language", ["en", "fr", "de", "it", "es"])
def test_a_caption_comes_in_each_language(language: str) -> None:
    model = ImageTextModel.from_pretrained("imagetext@001")
    [caption] = model.get_captions(image=sent(product()), language=language)
    assert caption


def test_a_question_gets_an_answer() -> None:
    model = ImageQnAModel.from_pretrained("imagetext@001")
    blue = Pillow.new("RGB", SIZE, (20, 40, 220))
    [answer] = model.ask_question(image=sent(blue), question="What colour is it?")
    assert "blue" in answer


def test_the_watermark_is_found_where_there_is_one(generate: Generate) -> None:
    model = WatermarkVerificationModel.from_pretrained("imageverification@001")
    results = [
        model.verify_image(generate(add_watermark=marked)[0]).watermark_verification_result
        for marked in (True, False)
    ]
    assert results == ["ACCEPT", "REJECT"]


@pytest.mark.parametrize("mode", ["foreground", "background"])
def test_a_mask_has_the_size_of_the_picture_and_a_score(mode: str) -> None:
    model = ImageSegmentationModel.from_pretrained("image-segmentation-001")
    [mask] = model.segment_image(base_image=sent(product()), mode=mode).masks
    picture = decoded(mask._image_bytes)
    assert (picture.mode, picture.size) == ("L", SIZE)
    assert (picture.getpixel((128, 96)) == 255) == (mode == "foreground")
    assert [label.label for label in mask.labels] == [mode]


def test_a_scribble_points_at_what_is_meant() -> None:
    scribble = Pillow.new("L", SIZE)
    ImageDraw.Draw(scribble).line((110, 90, 150, 100), fill=255, width=6)
    written = io.BytesIO()
    scribble.save(written, "PNG")
    model = ImageSegmentationModel.from_pretrained("image-segmentation-001")
    [mask] = model.segment_image(
        base_image=sent(product()),
        mode="interactive",
        scribble=Scribble(image_bytes=written.getvalue()),
    ).masks
    assert decoded(mask._image_bytes).getpixel((128, 96)) == 255
