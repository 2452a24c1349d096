"""Subjects cut out of pictures and composited into another one."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.vision.banding import fill_bands
from imagen_fake.imaging.vision.cutout import subject_mask
from imagen_fake.imaging.vision.footer import caption_top

ROOM = 86  # per cent of its part of a scene's width that a cut-out takes at most
TALL = 62  # per cent of a scene's height that a cut-out takes at most
FLOOR = 94  # per cent of a scene's height at which cut-outs stand
SOFT = 24  # pixels of the shorter side from which edges are soft
INWARDS = [max(0, 2 * level - 255) for level in range(256)]
SHADOW = 110  # of 255: the opacity of a shadow's centre

Cutout = tuple[Image.Image, Image.Image]  # an RGB picture, and an L mask of what is shown of it


def place_cutouts(scene: Image.Image, cutouts: Sequence[Cutout]) -> Image.Image:
    """Return the RGB scene with cut-outs side by side on its floor, each with a shadow."""
    after = scene.copy()
    room = scene.width // len(cutouts)
    for place, cutout in enumerate(cutouts):
        width, height = fit_size(cutout[0].size, room * ROOM // 100, scene.height * TALL // 100)
        left = room * place + (room - width) // 2
        bottom = scene.height * FLOOR // 100
        box = (left, bottom - height, left + width, bottom)
        _cast_shadow(after, box)
        paste_cutout(after, cutout, box)
    return after


def cut_out(picture: Image.Image) -> Cutout:
    """Return the subject of an RGB picture, cropped, with its mask.

    Without a subject that is the whole picture, less its caption.
    """
    mask = subject_mask(picture)
    box = mask.getbbox()
    if not box:
        scene = picture.crop((0, 0, picture.width, caption_top(picture)))
        return scene, Image.new("L", scene.size, 255)
    return picture.crop(box), fill_bands(mask.crop(box))


def fit_size(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """Return the largest size of the same ratio within a width and a height, in pixels."""
    scale = min(width / size[0], height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def paste_cutout(
    picture: Image.Image, cutout: Cutout, box: Box, within: Image.Image | None = None
) -> None:
    """Paste a cut-out into a box of a picture, only where the mask `within` is set.

    The edge fades inwards, so that no rim of the old background shows.
    """
    size = (box[2] - box[0], box[3] - box[1])
    mask = cutout[1].resize(size, Image.Resampling.BILINEAR)
    if min(size) >= SOFT:
        mask = mask.filter(ImageFilter.BoxBlur(1)).point(INWARDS)
    if within:
        mask = ImageChops.darker(mask, within.crop(box))
    picture.paste(cutout[0].resize(size, Image.Resampling.BILINEAR), box[:2], mask)


def _cast_shadow(picture: Image.Image, box: Box) -> None:
    left, _, right, bottom = box
    drop = max(2, (right - left) // 9)
    soft = Image.new("L", (right - left + 4 * drop, 4 * drop))
    soft.paste(SHADOW, (2 * drop, drop * 3 // 2, soft.width - 2 * drop, drop * 5 // 2))
    soft = soft.filter(ImageFilter.BoxBlur(drop * 2 // 3)).filter(ImageFilter.BoxBlur(drop // 2))
    picture.paste((10, 10, 20), (left - 2 * drop, bottom - 2 * drop), soft)
