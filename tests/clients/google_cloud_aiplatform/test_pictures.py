from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from vertexai.vision_models import GeneratedImage

from tests.clients.google_cloud_aiplatform.conftest import Generate
from tests.clients.pictures import SIZES, all_differ, decoded, same

UNMARKED = {"add_watermark": False}


def file(generated: Any) -> bytes:
    """The file in bytes; the client has no public name for it."""
    data: bytes = generated._image_bytes
    return data


def test_one_picture_is_a_square_rgb_png(generate: Generate) -> None:
    [generated] = generate().images
    picture = decoded(file(generated))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (1024, 1024))


@pytest.mark.parametrize("count", [2, 4])
def test_several_pictures_all_differ(generate: Generate, count: int) -> None:
    images = generate(number_of_images=count).images
    assert len(images) == count
    assert all_differ([file(image) for image in images])


@pytest.mark.parametrize("model", ["imagen-3.0-generate-002", "imagen-4.0-generate-001"])
@pytest.mark.parametrize("ratio", SIZES)
def test_each_aspect_ratio_has_its_size(generate: Generate, model: str, ratio: str) -> None:
    [image] = generate(model=model, aspect_ratio=ratio).images
    assert decoded(file(image)).size == SIZES[ratio]


def test_a_seed_without_a_watermark_decides_the_picture(generate: Generate) -> None:
    first, again, other = (file(generate(seed=seed, **UNMARKED)[0]) for seed in (7, 7, 8))
    assert same(first, again)
    assert not same(first, other)


def test_a_negative_prompt_changes_the_picture(generate: Generate) -> None:
    plain, without = (
        file(generate(model="imagen-3.0-generate-001", negative_prompt=words)[0])
        for words in (None, "leaves")
    )
    assert not same(plain, without)


def test_all_arguments_are_taken_at_once(generate: Generate) -> None:
    [image] = generate(
        number_of_images=1,
        aspect_ratio="4:3",
        guidance_scale=15,
        language="en",
        seed=1,
        negative_prompt="leaves",
        safety_filter_level="block_some",
        person_generation="allow_adult",
        **UNMARKED,
    )
    assert decoded(file(image)).size == SIZES["4:3"]


def test_a_saved_picture_keeps_its_pixels_and_its_parameters(
    generate: Generate, tmp_path: Path
) -> None:
    [image] = generate(seed=5, **UNMARKED).images
    path = str(tmp_path / "apple.png")
    image.save(path)
    loaded = GeneratedImage.load_from_file(path)
    assert same(file(loaded), file(image))
    assert loaded.generation_parameters == image.generation_parameters
    assert loaded.generation_parameters["seed"] == 5


@pytest.mark.parametrize("name", ["apple.jpg", "apple.webp"])
def test_a_picture_can_be_saved_in_another_format(
    generate: Generate, tmp_path: Path, name: str
) -> None:
    [image] = generate().images
    image.save(str(tmp_path / name))
    with Image.open(tmp_path / name) as saved:
        assert saved.size == (1024, 1024)


def test_a_picture_saved_without_parameters_is_the_file_that_came(
    generate: Generate, tmp_path: Path
) -> None:
    [image] = generate().images
    image.save(str(tmp_path / "apple.png"), include_generation_parameters=False)
    assert (tmp_path / "apple.png").read_bytes() == file(image)
