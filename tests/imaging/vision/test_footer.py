import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.footer import caption_top, clear_caption
from tests.pictures import Size, file_of, gradient, person, product
from tests.sweep import sweep

LABEL = "imagen-4.0-generate-001 · sample 1 · seed 42"
PROMPTS = st.sampled_from(
    [
        "", "xyzzy", "sunset", "a mountain lake", "a city at night", "an empty table", "a cat",
        "a red car on a road", "woodcut of a castle", "a flower, pixel art", "an abstract painting",
        "a long tale " * 20,
    ]
)  # fmt: skip
SIZES = st.sampled_from([(1024, 1024), (896, 1280), (1408, 768), (768, 1408), (512, 512)])
Copy = Callable[[Image.Image], Image.Image]


def poster(prompt: str, size: Size, seed: int = 0, *, captioned: bool = True) -> Image.Image:
    sketch = Sketch(prompt, LABEL, size, bytes([seed]), captioned=captioned)
    return paint(sketch).convert("RGB")


def top_of(prompt: str, size: Size) -> int:
    return size[1] - typeset(prompt, LABEL, size).height


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(file_of(image, "JPEG", quality=quality))).convert("RGB")


def resized(image: Image.Image, per_cent: int) -> Image.Image:
    size = (image.width * per_cent // 100, image.height * per_cent // 100)
    return image.resize(size, Image.Resampling.LANCZOS)


@given(PROMPTS, SIZES, st.integers(0, 255), st.booleans())
@settings(deadline=None, max_examples=60)
def test_a_caption_begins_where_it_was_printed(
    prompt: str, size: Size, seed: int, marked: bool
) -> None:
    image = poster(prompt, size, seed)
    assert caption_top(add_watermark(image) if marked else image) == top_of(prompt, size)


COPIES: dict[str, Copy] = {
    "jpeg": lambda image: jpeg(image, 80),
    "half": lambda image: resized(image, 50),
    "three_quarters": lambda image: resized(image, 75),
    "twice": lambda image: resized(image, 200),
    "half_jpeg": lambda image: jpeg(resized(image, 50), 90),
    "narrower": lambda image: image.crop((150, 0, image.width - 100, image.height)),
}


@sweep("copy", COPIES)
@sweep("prompt", ["xyzzy", "sunset", "a dog on the hills", "a city at night"])
def test_a_caption_is_found_in_a_copy(copy: str, prompt: str) -> None:
    image = COPIES[copy](poster(prompt, (1024, 1024)))
    expected = top_of(prompt, (1024, 1024)) * image.height // 1024
    assert abs(caption_top(image) - expected) <= max(2, image.height // 100)


@given(PROMPTS, SIZES, st.integers(0, 255))
@settings(deadline=None, max_examples=60)
def test_a_picture_without_a_caption_has_none(prompt: str, size: Size, seed: int) -> None:
    assert caption_top(poster(prompt, size, seed, captioned=False)) == size[1]


FOREIGN = [
    product((300, 200)), person(), gradient((200, 300)), Image.new("RGB", (90, 70), "teal"),
    product((512, 512), "black"), Image.effect_noise((200, 200), 90).convert("RGB"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(FOREIGN)))
def test_no_picture_of_others_has_one(number: int) -> None:
    assert caption_top(FOREIGN[number]) == FOREIGN[number].height


@given(st.tuples(st.integers(1, 40), st.integers(1, 40)))
@settings(deadline=None, max_examples=40)
def test_a_picture_of_any_size_is_looked_at(size: Size) -> None:
    assert caption_top(gradient(size)) == size[1]


def test_a_mask_is_cleared_on_the_caption_and_nowhere_else() -> None:
    size = (512, 512)
    above = clear_caption(poster("sunset", size), Image.new("L", size, 255))
    assert above.getbbox() == (0, 0, 512, top_of("sunset", size))
    assert above.histogram()[255] == 512 * top_of("sunset", size)
