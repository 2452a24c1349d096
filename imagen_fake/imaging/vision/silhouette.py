"""The subjects of a picture that this fake made, from the figures in its imprint."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from imagen_fake.imaging.files import imprint
from imagen_fake.imaging.files.message import ELLIPSIS
from imagen_fake.imaging.levels import at_least, equal_to
from imagen_fake.imaging.painting.page import Figure
from imagen_fake.imaging.painting.subject import (
    AFLOAT,
    LIT,
    PLAIN,
    SHADED,
    Sprite,
    shadow_box,
    sprite_of,
)
from imagen_fake.imaging.prompt.interpretation import interpret
from imagen_fake.imaging.prompt.vocabulary import vocabulary

STEP = 32  # levels between the shade and the rim of any body, at least
MOSTLY = [255 * (level % 4 in (1, 3)) for level in range(256)]  # of tones: half covered or more
NEAR = 3  # pixels within which tones are compared


def silhouette(image: Image.Image, *, with_shadows: bool = False) -> Image.Image | None:
    """Return the mask of the subjects: L, 0 or 255; empty for a picture without any.

    With their shadows if `with_shadows`. None for a picture without an imprint, one that was
    cropped or rotated, and one whose subjects were all painted over.
    """
    message = imprint.extract(image)
    if not message:
        return None
    if not message.figures:
        # a prompt may have subjects although the imprint had no room for figures
        shows_more = message.text.endswith(ELLIPSIS) or bool(interpret(message.text).subjects)
        return None if shows_more else Image.new("L", image.size)
    grey = image.convert("L").resize(message.page, Image.Resampling.BOX)
    mask = Image.new("L", message.page)
    for figure in message.figures:
        sprite = sprite_of(figure.icon, figure.size, mirrored=figure.mirrored)
        if _is_visible(grey, sprite, figure.at):
            _add_figure(mask, sprite, figure)
            if with_shadows and vocabulary().habitat_of[figure.icon] not in AFLOAT:
                box = shadow_box(figure.at, sprite.mask.size)
                ImageDraw.Draw(mask).ellipse(box, 255)
    if not mask.getbbox():
        return None
    return mask.resize(image.size, Image.Resampling.BOX).point(at_least(128))


def _add_figure(mask: Image.Image, sprite: Sprite, figure: Figure) -> None:
    """Set a figure's pixels, its holes and contour included."""
    left, top = figure.at
    reach = figure.contour
    mask.paste(255, figure.at, sprite.tones.point(MOSTLY))
    if sprite.lining:
        mask.paste(255, figure.at, sprite.lining.holes)
    for across, down in ((-reach, 0), (reach, 0), (0, -reach), (0, reach)) if reach else ():
        mask.paste(255, (left + across, top + down), sprite.mask)


def _is_visible(grey: Image.Image, sprite: Sprite, at: tuple[int, int]) -> bool:
    """Whether a figure was not painted over: its rim is lighter than its shade."""
    part = grey.crop((*at, at[0] + sprite.tones.width, at[1] + sprite.tones.height))
    rim, body, shade = (sprite.tones.point(equal_to(tone)) for tone in (LIT, PLAIN, SHADED))
    return _step(part, rim, body) + _step(part, body, shade) >= STEP


def _step(grey: Image.Image, one: Image.Image, other: Image.Image) -> float:
    """Return by how many levels a picture is lighter on one side of where masks meet."""
    sides = ImageChops.darker(one, _near(other)), ImageChops.darker(other, _near(one))
    if not all(side.getbbox() for side in sides):
        return 0.0
    lighter, darker = (ImageStat.Stat(grey, side).mean[0] for side in sides)
    return lighter - darker


def _near(mask: Image.Image) -> Image.Image:
    return mask.filter(ImageFilter.BoxBlur(NEAR)).point(at_least(1))
