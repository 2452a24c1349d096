import pytest
from PIL import Image, ImageChops, ImageStat

from imagen_fake.imaging.canvas import Sketch, paint
from imagen_fake.imaging.palette import light
from imagen_fake.imaging.references import References, followed, in_colours, shades
from tests.pictures import gradient, product, rectangle_mask

SKETCH = Sketch("a lake between mountains", "model · sample 1", (320, 320), bytes(32))


def test_without_references_it_is_the_poster_of_the_prompt() -> None:
    assert followed(SKETCH, References()).tobytes() == paint(SKETCH).convert("RGB").tobytes()


@pytest.mark.parametrize(
    "references",
    [
        References(raw=gradient((50, 30))),
        References(styles=[gradient((50, 30))]),
        References(things=[product((50, 30))]),
        References(outlines=[rectangle_mask((50, 30), (5, 5, 20, 20))]),
    ],
)
def test_every_reference_shows_and_leaves_the_caption_alone(references: References) -> None:
    plain, after = paint(SKETCH).convert("RGB"), followed(SKETCH, references)
    assert after.size == SKETCH.size
    changed = ImageChops.difference(plain, after).getbbox()
    assert changed is not None
    assert changed[3] < 300
    assert changed[3] - changed[1] > 60


def test_shades_go_from_dark_to_light_and_are_of_the_picture() -> None:
    two = Image.new("RGB", (40, 40), (200, 30, 40))
    two.paste((20, 40, 90), (0, 0, 20, 40))
    found = shades([two])
    assert [light(colour) for colour in found] == sorted(light(colour) for colour in found)
    assert {(200, 30, 40), (20, 40, 90)} <= set(found)


def test_lights_and_darks_get_the_colours() -> None:
    after = in_colours(gradient((64, 64)), [(10, 0, 60), (250, 200, 20)])
    red, _, blue = after.split()
    assert ImageStat.Stat(red).extrema[0] == (10, 250)
    assert ImageStat.Stat(blue).extrema[0] == (20, 60)
