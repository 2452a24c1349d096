"""Every task of the client that sends a picture."""

import io

import pytest
from google import genai
from google.genai import types
from PIL import Image, ImageChops, ImageDraw

from tests.clients.pictures import decoded

SIZE = (256, 192)
EDITS = "imagen-3.0-capability-001"


def sent(picture: Image.Image) -> types.Image:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return types.Image(image_bytes=file.getvalue(), mime_type="image/png")


def product() -> Image.Image:
    picture = Image.new("RGB", SIZE, (236, 236, 232))
    ImageDraw.Draw(picture).ellipse((64, 32, 192, 160), fill=(190, 40, 50))
    return picture


def half_mask() -> Image.Image:
    mask = Image.new("L", SIZE)
    mask.paste(255, (0, 0, SIZE[0] // 2, SIZE[1]))
    return mask


def only(answer: object) -> Image.Image:
    [generated] = answer.generated_images  # type: ignore[attr-defined]
    return decoded(generated.image.image_bytes)


def test_an_upscale_multiplies_the_size(client: genai.Client) -> None:
    answer = client.models.upscale_image(
        model="imagen-4.0-upscale-preview", image=sent(product()), upscale_factor="x3",
        config=types.UpscaleImageConfig(output_mime_type="image/jpeg"),
    )  # fmt: skip
    picture = only(answer)
    assert (picture.format, picture.size) == ("JPEG", (768, 576))


@pytest.mark.parametrize(
    "mode",
    [
        types.EditMode.EDIT_MODE_INPAINT_INSERTION,
        types.EditMode.EDIT_MODE_INPAINT_REMOVAL,
        types.EditMode.EDIT_MODE_OUTPAINT,
        types.EditMode.EDIT_MODE_BGSWAP,
    ],
)
def test_an_edit_changes_what_the_mask_covers_and_nothing_else(
    client: genai.Client, mode: types.EditMode
) -> None:
    answer = client.models.edit_image(
        model=EDITS,
        prompt="a blue boat",
        reference_images=[
            types.RawReferenceImage(reference_id=1, reference_image=sent(product())),
            types.MaskReferenceImage(
                reference_id=2,
                reference_image=sent(half_mask()),
                config=types.MaskReferenceConfig(
                    mask_mode="MASK_MODE_USER_PROVIDED", mask_dilation=0
                ),
            ),
        ],
        config=types.EditImageConfig(edit_mode=mode, number_of_images=1, add_watermark=False),
    )
    right = (SIZE[0] // 2, 0, *SIZE)
    difference = ImageChops.difference(only(answer), product())
    assert difference.crop(right).getbbox() is None
    assert difference.getbbox() is not None


def test_a_computed_mask_keeps_the_product(client: genai.Client) -> None:
    answer = client.models.edit_image(
        model=EDITS,
        prompt="a beach at sunset",
        reference_images=[
            types.RawReferenceImage(reference_id=1, reference_image=sent(product())),
            types.MaskReferenceImage(
                reference_id=2,
                config=types.MaskReferenceConfig(mask_mode="MASK_MODE_BACKGROUND", mask_dilation=0),
            ),
        ],
        config=types.EditImageConfig(
            edit_mode="EDIT_MODE_BGSWAP", number_of_images=1, add_watermark=False
        ),
    )
    difference = ImageChops.difference(only(answer), product())
    assert difference.crop((100, 70, 156, 122)).getbbox() is None
    assert difference.crop((0, 0, 40, 40)).getbbox() is not None


@pytest.mark.parametrize(
    "reference",
    [
        types.StyleReferenceImage(
            reference_id=1, reference_image=sent(product()),
            config=types.StyleReferenceConfig(style_description="paper cut"),
        ),
        types.SubjectReferenceImage(
            reference_id=1, reference_image=sent(product()),
            config=types.SubjectReferenceConfig(
                subject_type="SUBJECT_TYPE_PRODUCT", subject_description="a red ball"
            ),
        ),
        types.ControlReferenceImage(
            reference_id=1, reference_image=sent(product()),
            config=types.ControlReferenceConfig(
                control_type="CONTROL_TYPE_CANNY", enable_control_image_computation=True
            ),
        ),
        types.ContentReferenceImage(reference_id=1, reference_image=sent(product())),
        types.RawReferenceImage(reference_id=1, reference_image=sent(product())),
    ],
    ids=lambda reference: type(reference).__name__,
)  # fmt: skip
def test_a_picture_follows_a_reference(client: genai.Client, reference: object) -> None:
    answer = client.models.edit_image(
        model=EDITS,
        prompt="a garden party with [1]",
        reference_images=[reference],
        config=types.EditImageConfig(number_of_images=2, aspect_ratio="1:1"),
    )
    assert [decoded(one.image.image_bytes).size for one in answer.generated_images] == [
        (1024, 1024)
    ] * 2


def test_a_recontext_shows_the_product_somewhere_else(client: genai.Client) -> None:
    answer = client.models.recontext_image(
        model="imagen-product-recontext-preview-06-30",
        source=types.RecontextImageSource(
            prompt="on a kitchen table",
            product_images=[types.ProductImage(product_image=sent(product()))],
        ),
        config=types.RecontextImageConfig(number_of_images=1, output_mime_type="image/jpeg"),
    )
    assert only(answer).size == (1024, 1024)


def test_a_try_on_has_the_size_of_the_person(client: genai.Client) -> None:
    answer = client.models.recontext_image(
        model="virtual-try-on-001",
        source=types.RecontextImageSource(
            person_image=sent(product()),
            product_images=[types.ProductImage(product_image=sent(product()))],
        ),
    )
    assert only(answer).size == SIZE


@pytest.mark.parametrize("mode", ["FOREGROUND", "BACKGROUND"])
def test_a_mask_has_the_size_of_the_picture_and_a_score(client: genai.Client, mode: str) -> None:
    answer = client.models.segment_image(
        model="image-segmentation-001",
        source=types.SegmentImageSource(image=sent(product())),
        config=types.SegmentImageConfig(mode=mode, binary_color_threshold=98),
    )
    [generated] = answer.generated_masks
    mask = decoded(generated.mask.image_bytes)
    assert (mask.mode, mask.size) == ("L", SIZE)
    assert (mask.getpixel((128, 96)) == 255) == (mode == "FOREGROUND")
    [label] = generated.labels
    assert (label.label, 0 <= label.score <= 1) == (mode.lower(), True)


def test_a_mask_of_what_is_asked_for_is_labelled_with_it(client: genai.Client) -> None:
    answer = client.models.segment_image(
        model="image-segmentation-001",
        source=types.SegmentImageSource(image=sent(product()), prompt="The ball"),
        config=types.SegmentImageConfig(mode="PROMPT", max_predictions=1),
    )
    [generated] = answer.generated_masks
    assert [label.label for label in generated.labels] == ["The ball"]


def test_a_scribble_points_at_what_is_meant(client: genai.Client) -> None:
    scribble = Image.new("L", SIZE)
    ImageDraw.Draw(scribble).line((110, 90, 150, 100), fill=255, width=6)
    answer = client.models.segment_image(
        model="image-segmentation-001",
        source=types.SegmentImageSource(
            image=sent(product()),
            scribble_image=types.ScribbleImage(image=sent(scribble)),
        ),
        config=types.SegmentImageConfig(mode="INTERACTIVE"),
    )
    [generated] = answer.generated_masks
    mask = decoded(generated.mask.image_bytes)
    assert (mask.getpixel((128, 96)), mask.getpixel((5, 5))) == (255, 0)


def test_a_mask_that_is_missing_is_an_error_with_the_services_words(client: genai.Client) -> None:
    with pytest.raises(genai.errors.ClientError, match="Mask image is missing") as caught:
        client.models.edit_image(
            model=EDITS,
            prompt="a blue boat",
            reference_images=[
                types.RawReferenceImage(reference_id=1, reference_image=sent(product()))
            ],
            config=types.EditImageConfig(edit_mode="EDIT_MODE_INPAINT_INSERTION"),
        )
    assert caught.value.code == 400
