"""What goes when a foreground is removed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.editing.removal import removable_mask
from imagen_fake.imaging.poster.canvas import paint
from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.composition import Sketch
from imagen_fake.imaging.vision.cutout import foreground_mask

PROMPTS = st.sampled_from(["a dog", "two cats on a table", "a red apple", "a mountain lake"])
SIZES = st.sampled_from([(300, 300), (640, 480), (768, 1408)])


@given(PROMPTS, SIZES, st.integers(0, 255))
@settings(deadline=None, max_examples=20)
def test_the_foreground_goes_and_the_caption_stays(
    prompt: str, size: tuple[int, int], seed: int
) -> None:
    picture = paint(Sketch(prompt, "label", size, bytes([seed]))).convert("RGB")
    mask = removable_mask(picture)
    assert ImageChops.subtract(foreground_mask(picture), mask).getbbox() is None
    caption = Image.new("L", size)
    caption.paste(255, (0, size[1] - typeset(prompt, "label", size).height, *size))
    assert ImageChops.darker(mask, caption).getbbox() is None
