"""A picture changed where a mask says so; every pixel outside the mask keeps its value.

All masks are L, 255 where to change and 0 elsewhere, and have the size of their picture.
"""

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Box, expand, relative, shift, size_of
from imagen_fake.imaging.editing.backprojection import things
from imagen_fake.imaging.editing.grain import grained
from imagen_fake.imaging.editing.healing import filled, healed
from imagen_fake.imaging.editing.inpaint import continued, enlarged, lay
from imagen_fake.imaging.editing.insertion import ball, glow, inset, mean
from imagen_fake.imaging.editing.seams import beside, feathered, smoothed, spot_in
from imagen_fake.imaging.levels import at_least
from imagen_fake.imaging.painting.palette import WHITE, mix
from imagen_fake.imaging.poster.composition import Sketch, compose, dice_of
from imagen_fake.imaging.poster.scene import paint_scene
from imagen_fake.imaging.poster.tag import print_tag
from imagen_fake.imaging.prompt.interpretation import Subject, interpret
from imagen_fake.imaging.vision.footer import caption_top, scene_bottom
from imagen_fake.imaging.vision.masks import column_boxes

__all__ = ["background_swapped", "filled", "inserted", "outpainted"]

LIGHTS = (WHITE, (255, 214, 140), (150, 190, 255), (255, 170, 150))
ANEW = [level ^ 1 for level in range(256)] * 3  # the service draws every masked pixel anew


def inserted(image: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the RGB picture with what the prompt names in the masked area.

    Things stand on the ground that is there, in place of what stood on it; words that name
    nothing become a ball, and without any another light falls. A place sets in softly; behind
    what is kept, if the mask reaches all around it, and where all is masked, it is a whole scene.
    """
    after, box, reading = image.copy(), mask.getbbox(), interpret(sketch.prompt, sketch.language)
    if not box:
        return after
    everywhere = box == (0, 0, *image.size)
    if everywhere and (reading.settings or mask.getextrema() == (255, 255)):
        after.paste(paint_scene(sketch, aside=beside(mask)).crop(box), box[:2], smoothed(mask, box))
    elif reading.settings and not reading.subjects:
        scene = paint_scene(sketch, aside=(box[0] + box[2]) // 2)
        reach = max(1, min(size_of(box)) // 6)
        after.paste(scene.crop(box), box[:2], feathered(mask, box, reach))
    else:
        _paint_things(after, mask, box, sketch, reading.subjects)
    _sign(after, mask, box, sketch)
    return after


def outpainted(image: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the RGB picture continued into the masked area, and on into the prompt's scene."""
    after, box = image.copy(), mask.getbbox()
    if not box:
        return after
    if _is_blank(sketch):
        ground = healed(image, mask, box, _coarseness(box) // 4)
        _light(ground, mask.crop(box), sketch)
        lay(after, ground, mask, box)
    else:
        lay(after, continued(image, mask, box, step=_coarseness(box)), mask, box)
        aside = beside(mask.crop(box))
        _paint_scene(after, mask, box, sketch, _overlap(mask), aside)
    _sign(after, mask, box, sketch)
    return after


def background_swapped(image: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the RGB picture with the prompt's scene in the masked area, in full size.

    Things that the prompt names are shown only if it names no place: the picture has a subject.
    Above a caption that is not masked, the scene ends.
    """
    after, box = image.copy(), mask.getbbox()
    if not box:
        return after
    foot = max(box[3], caption_top(image))
    peopled, shown = not interpret(sketch.prompt, sketch.language).settings, ImageChops.invert(mask)
    shown.paste(0, (0, foot, *mask.size))
    kept = shown.getbbox()
    behind = (kept[0] + kept[2]) // 2 if kept else None  # where the scene has its sun or arch
    aside = beside(ImageChops.invert(shown)) if peopled else behind
    anew = replace(sketch, size=(image.width, foot))
    scene = paint_scene(anew, peopled=peopled, aside=aside, standing=column_boxes(shown))
    after.paste(scene.crop(box), box[:2], smoothed(mask, box))
    _sign(after, mask, box, sketch)
    return after


def _sign(after: Image.Image, mask: Image.Image, box: Box, sketch: Sketch) -> None:
    if sketch.captioned:
        print_tag(after, mask, box, sketch.label)


def _coarseness(box: Box) -> int:
    """Return how many times smaller a ground is worked out that something is painted on."""
    return 8 if max(size_of(box)) >= 400 else 4


def _overlap(mask: Image.Image) -> int:
    """Return over how many pixels a scene sets in around a picture: less where little is new."""
    width, height = mask.size
    left, top, right, bottom = ImageChops.invert(mask).getbbox() or (width, height, 0, 0)
    return max(1, min(max(mask.size) // 10, max(left, top, width - right, height - bottom) // 2))


def _is_blank(sketch: Sketch) -> bool:
    return not sketch.prompt.strip()


def _paint_scene(
    after: Image.Image,
    mask: Image.Image,
    box: Box,
    sketch: Sketch,
    seam: int,
    aside: int | None = None,
) -> None:
    """Paint the prompt's scene into the box; it sets in over `seam` pixels."""
    scene = paint_scene(replace(sketch, size=size_of(box)), aside=aside)
    after.paste(scene, box[:2], feathered(mask, box, seam))


def _paint_things(
    after: Image.Image, mask: Image.Image, box: Box, sketch: Sketch, subjects: Sequence[Subject]
) -> None:
    """Put the subjects on the masked ground, or something else; what stood there makes room."""
    area = mask.crop(box)
    spot = spot_in(area)
    new = inset(after.crop(box), spot, subjects, compose(sketch)) if subjects else None
    _clear(after, mask, box, shift(new.box, *box[:2]) if new else box)
    ground = after.crop(box).point(ANEW)
    if new:
        new.put(ground)
    elif _is_blank(sketch):
        _light(ground, area, sketch)
    else:
        side = min(size_of(spot))
        ball(ground, spot, paint_scene(replace(sketch, size=(side, side))))
    lay(after, ground, mask, box)


def _light(ground: Image.Image, area: Image.Image, sketch: Sketch) -> None:
    """Let other light fall on a ground where its mask is set."""
    dice, behind = dice_of(sketch), mean(ground, (0, 0, *ground.size))
    glow(ground, area, [mix(behind, dice.pick(LIGHTS), 70) for _ in range(2)], dice)


def _clear(after: Image.Image, mask: Image.Image, box: Box, room: Box) -> None:
    """Continue the surroundings over what stands in the masked area and in that room."""
    standing = things(after, mask, box, room)
    hole = standing.getbbox()
    if hole:
        foot, step = scene_bottom(after), _coarseness(hole) // 4
        scene = (after.width, foot if hole[3] <= foot else after.height)
        frame = expand(hole, max(size_of(hole)) // 2, scene)
        small = standing.reduce(step, frame).point(at_least(1))
        ground = filled(after.reduce(step, frame), small)
        place = relative(hole, frame)
        lay(after, grained(enlarged(ground, place, step), after, standing), standing, hole)
