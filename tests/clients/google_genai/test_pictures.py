from pathlib import Path

import pytest
from google import genai
from google.genai import types

from tests.clients.google_genai.conftest import Generate
from tests.clients.pictures import SIZES, all_differ, decoded, jpeg_tables, plain_jpeg, same


def test_one_picture_is_a_square_rgb_png(generate: Generate) -> None:
    [generated] = generate().generated_images
    picture = decoded(generated.image.image_bytes)
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (1024, 1024))
    assert generated.image.mime_type == "image/png"
    assert generated.rai_filtered_reason is None


def test_without_a_config_there_are_four_pictures(client: genai.Client) -> None:
    answer = client.models.generate_images(model="imagen-3.0-generate-002", prompt="a red apple")
    assert len(answer.images) == 4


@pytest.mark.parametrize("count", [2, 4])
def test_several_pictures_all_differ(generate: Generate, count: int) -> None:
    images = generate(number_of_images=count).images
    assert len(images) == count
    assert all_differ([image.image_bytes for image in images])


@pytest.mark.parametrize("model", ["imagen-3.0-generate-002", "imagen-4.0-generate-001"])
@pytest.mark.parametrize("ratio", SIZES)
def test_each_aspect_ratio_has_its_size(generate: Generate, model: str, ratio: str) -> None:
    [image] = generate(model=model, aspect_ratio=ratio).images
    assert decoded(image.image_bytes).size == SIZES[ratio]


@pytest.mark.parametrize("ratio", ["1:1", "16:9"])
def test_imagen_4_doubles_width_and_height_at_2k(generate: Generate, ratio: str) -> None:
    [image] = generate(model="imagen-4.0-generate-001", aspect_ratio=ratio, image_size="2K").images
    width, height = SIZES[ratio]
    assert decoded(image.image_bytes).size == (2 * width, 2 * height)


@pytest.mark.parametrize("quality", [20, 80])
def test_a_jpeg_has_the_quality_that_was_asked_for(generate: Generate, quality: int) -> None:
    [image] = generate(output_mime_type="image/jpeg", output_compression_quality=quality).images
    picture = decoded(image.image_bytes)
    assert (picture.format, image.mime_type) == ("JPEG", "image/jpeg")
    assert jpeg_tables(picture) == jpeg_tables(plain_jpeg(quality))


def test_a_seed_without_a_watermark_decides_the_picture(generate: Generate) -> None:
    first, again, other = (
        generate(seed=seed, add_watermark=False).images[0].image_bytes for seed in (7, 7, 8)
    )
    assert same(first, again)
    assert not same(first, other)


def test_a_negative_prompt_changes_the_picture(generate: Generate) -> None:
    plain, without = (
        generate(model="imagen-3.0-generate-001", negative_prompt=words).images[0].image_bytes
        for words in (None, "leaves")
    )
    assert not same(plain, without)


def test_labels_do_not_change_the_picture(generate: Generate) -> None:
    plain, labelled = (
        generate(labels=labels).images[0].image_bytes for labels in (None, {"team": "fruit"})
    )
    assert same(plain, labelled)


def test_everything_the_service_was_seen_to_take_at_once_is_taken(generate: Generate) -> None:
    # Recorded together on imagen-3.0-generate-002 (dotnet-genai-recordings).
    [generated] = generate(
        prompt="Red skateboard",
        aspect_ratio="1:1",
        guidance_scale=15.0,
        safety_filter_level=types.SafetyFilterLevel.BLOCK_MEDIUM_AND_ABOVE,
        number_of_images=1,
        person_generation=types.PersonGeneration.DONT_ALLOW,
        include_safety_attributes=True,
        include_rai_reason=True,
        output_mime_type="image/jpeg",
        output_compression_quality=80,
        add_watermark=False,
        seed=1337,
        language=types.ImagePromptLanguage.en,
        negative_prompt="human",
        labels={"imagen_label_key": "generate_images"},
        enhance_prompt=True,
    ).generated_images
    assert decoded(generated.image.image_bytes).size == (1024, 1024)
    assert generated.safety_attributes.categories == ["Porn", "Violence"]
    assert generated.enhanced_prompt


def test_a_rewritten_prompt_is_a_paragraph(generate: Generate) -> None:
    [generated] = generate().generated_images
    assert 60 <= len(generated.enhanced_prompt.split()) <= 130


def test_without_enhancing_there_is_no_rewritten_prompt(generate: Generate) -> None:
    [generated] = generate(enhance_prompt=False).generated_images
    assert generated.enhanced_prompt is None


def test_a_saved_picture_is_the_picture(generate: Generate, tmp_path: Path) -> None:
    [image] = generate().images
    image.save(str(tmp_path / "apple.png"))
    assert (tmp_path / "apple.png").read_bytes() == image.image_bytes
