"""Edits within a mask; pixels outside it keep their values.

Masks are L, 0 or 255, of the size of their picture.
"""

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Box, expand, relative, shift, size_of
from imagen_fake.imaging.editing.backprojection import find_things
from imagen_fake.imaging.editing.feathering import antialias, feather, spot_in, wider_side
from imagen_fake.imaging.editing.filling import add_grain, fill_masked
from imagen_fake.imaging.editing.healing import heal
from imagen_fake.imaging.editing.inpaint import inpaint, paste_masked, upscale
from imagen_fake.imaging.editing.insertion import make_inset, mean_colour, paint_ball, paint_glow
from imagen_fake.imaging.levels import at_least
from imagen_fake.imaging.painting.palette import WHITE, mix
from imagen_fake.imaging.poster.captions import print_tag
from imagen_fake.imaging.poster.scene import Sketch, compose, dice_of, paint_scene
from imagen_fake.imaging.prompt.interpretation import Subject, interpret
from imagen_fake.imaging.vision.footer import caption_top, scene_bottom
from imagen_fake.imaging.vision.masks import column_boxes

LIGHTS = (WHITE, (255, 214, 140), (150, 190, 255), (255, 170, 150))
ANEW = [level ^ 1 for level in range(256)] * 3  # the service draws every masked pixel anew


def insert(image: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the RGB picture with what the prompt names in the masked area.

    Subjects replace what was there, on the same ground. Words without a subject become a ball, no
    words a change of light. A setting fades in; if the mask surrounds the rest, or is everything,
    it is a whole scene.
    """
    after, box = image.copy(), mask.getbbox()
    if not box:
        return after
    interpretation = interpret(sketch.prompt, sketch.language)
    everywhere = box == (0, 0, *image.size)
    if everywhere and (interpretation.settings or mask.getextrema() == (255, 255)):
        after.paste(
            paint_scene(sketch, aside=wider_side(mask)).crop(box), box[:2], antialias(mask, box)
        )
    elif interpretation.settings and not interpretation.subjects:
        scene = paint_scene(sketch, aside=(box[0] + box[2]) // 2)
        reach = max(1, min(size_of(box)) // 6)
        after.paste(scene.crop(box), box[:2], feather(mask, box, reach))
    else:
        _paint_things(after, mask, box, sketch, interpretation.subjects)
    _print_label(after, mask, box, sketch)
    return after


def outpaint(image: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the RGB picture continued into the masked area, and into the prompt's scene."""
    after, box = image.copy(), mask.getbbox()
    if not box:
        return after
    if not sketch.prompt.strip():
        ground = heal(image, mask, box, _coarseness(box) // 4)
        _change_light(ground, mask.crop(box), sketch)
        paste_masked(after, ground, mask, box)
    else:
        paste_masked(after, inpaint(image, mask, box, step=_coarseness(box)), mask, box)
        scene = paint_scene(replace(sketch, size=size_of(box)), aside=wider_side(mask.crop(box)))
        after.paste(scene, box[:2], feather(mask, box, _overlap(mask)))
    _print_label(after, mask, box, sketch)
    return after


def swap_background(image: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the RGB picture with the prompt's scene in the masked area, at full size.

    The prompt's subjects are left out if it names a setting: the picture has its own. The scene
    ends above a caption that is not masked.
    """
    after, box = image.copy(), mask.getbbox()
    if not box:
        return after
    foot = max(box[3], caption_top(image))
    peopled = not interpret(sketch.prompt, sketch.language).settings
    subject = ImageChops.invert(mask)
    subject.paste(0, (0, foot, *mask.size))
    aside = None
    if peopled:
        aside = wider_side(ImageChops.invert(subject))
    elif subject_box := subject.getbbox():
        aside = (subject_box[0] + subject_box[2]) // 2  # where the scene has its sun or arch
    anew = replace(sketch, size=(image.width, foot))
    scene = paint_scene(anew, peopled=peopled, aside=aside, standing=column_boxes(subject))
    after.paste(scene.crop(box), box[:2], antialias(mask, box))
    _print_label(after, mask, box, sketch)
    return after


def _print_label(after: Image.Image, mask: Image.Image, box: Box, sketch: Sketch) -> None:
    if sketch.captioned:
        print_tag(after, mask, box, sketch.label)


def _coarseness(box: Box) -> int:
    """Return by how much a ground is downscaled while it is computed."""
    return 8 if max(size_of(box)) >= 400 else 4


def _overlap(mask: Image.Image) -> int:
    """Return over how many pixels a scene fades in around a picture."""
    width, height = mask.size
    left, top, right, bottom = ImageChops.invert(mask).getbbox() or (width, height, 0, 0)
    return max(1, min(max(mask.size) // 10, max(left, top, width - right, height - bottom) // 2))


def _paint_things(
    after: Image.Image, mask: Image.Image, box: Box, sketch: Sketch, subjects: Sequence[Subject]
) -> None:
    """Replace what is in the masked area by the subjects, a ball, or another light."""
    area = mask.crop(box)
    spot = spot_in(area)
    new = make_inset(after.crop(box), spot, subjects, compose(sketch)) if subjects else None
    _clear(after, mask, box, shift(new.box, *box[:2]) if new else box)
    ground = after.crop(box).point(ANEW)
    if new:
        new.put(ground)
    elif not sketch.prompt.strip():
        _change_light(ground, area, sketch)
    else:
        side = min(size_of(spot))
        paint_ball(ground, spot, paint_scene(replace(sketch, size=(side, side))))
    paste_masked(after, ground, mask, box)


def _change_light(ground: Image.Image, area: Image.Image, sketch: Sketch) -> None:
    """Paint coloured light on a ground within its mask."""
    dice, behind = dice_of(sketch), mean_colour(ground, (0, 0, *ground.size))
    paint_glow(ground, area, [mix(behind, dice.pick(LIGHTS), 70) for _ in range(2)], dice)


def _clear(after: Image.Image, mask: Image.Image, box: Box, room: Box) -> None:
    """Remove what stands in the masked area and overlaps the room."""
    in_the_way = find_things(after, mask, box, room)
    if hole := in_the_way.getbbox():
        foot, step = scene_bottom(after), _coarseness(hole) // 4
        scene = (after.width, foot if hole[3] <= foot else after.height)
        frame = expand(hole, max(size_of(hole)) // 2, scene)
        small = in_the_way.reduce(step, frame).point(at_least(1))
        ground = fill_masked(after.reduce(step, frame), small)
        place = relative(hole, frame)
        paste_masked(
            after, add_grain(upscale(ground, place, step), after, in_the_way), in_the_way, hole
        )
