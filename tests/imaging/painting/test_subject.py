from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.painting.palette import WHITE, parse_colour
from imagen_fake.imaging.painting.subject import TONES, paint_subjects, sprite_of
from imagen_fake.imaging.prompt.interpretation import Subject
from tests.imaging.painting.test_backdrop import page
from tests.pictures import as_printed
from tests.sweep import sweep

STAGE = Stage(floor=300, behind=WHITE)
RED = "#e63946"


def shown(*subjects: Subject, contour: bool = False, seed: bytes = b"seed") -> Page:
    scene = page((400, 400), 360, seed)
    scene.fill((0, 0, 400, 400), WHITE)
    paint_subjects(scene, STAGE, subjects, 200, contour=contour)
    return scene


def area(scene: Page, colour: str) -> int:
    pixels = scene.to_image().convert("RGB").tobytes()
    return [tuple(pixels[at : at + 3]) for at in range(0, len(pixels), 3)].count(
        parse_colour(colour)
    )


def test_a_sprite_has_body_shade_rim_and_smooth_edges() -> None:
    drawn = sprite_of("robot", 200)
    tones = {256 - tone for tone in set(drawn.tones.tobytes()) if tone}
    assert {1, 5, 9} <= tones <= set(range(1, TONES))
    assert tones & {2, 3}


def test_a_sprites_mask_is_where_its_tones_are() -> None:
    drawn = sprite_of("cat", 120)
    bare = {drawn.tones.getpixel((x, 0)) for x in range(drawn.mask.width)
            if not drawn.mask.getpixel((x, 0))}  # fmt: skip
    assert drawn.mask.mode == "1"
    assert drawn.mask.getbbox() == (0, 0, *drawn.mask.size)
    assert bare <= {0, 252}


def test_a_mirrored_sprite_has_its_shape_turned() -> None:
    plain, turned = sprite_of("dog_side", 120), sprite_of("dog_side", 120, mirrored=True)
    assert plain.mask.size == turned.mask.size
    assert plain.mask.tobytes() != turned.mask.tobytes()


def test_a_subject_wears_the_colour_it_was_given() -> None:
    assert area(shown(Subject("cube", "object", RED)), RED) > 1000


def test_an_apple_is_red_unless_told_otherwise() -> None:
    assert area(shown(Subject("food_apple", "food")), RED) > 1000
    assert area(shown(Subject("food_apple", "food", "#3aa655")), RED) == 0


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_number_of_things_is_respected(count: int) -> None:
    scene = shown(Subject("food_apple", "food", RED, count)).to_image().convert("RGB")
    row = [scene.getpixel((x, 288)) != scene.getpixel((0, 0)) for x in range(400)]
    starts = sum(now and not before for before, now in pairwise(row))
    assert starts >= count


def test_what_stands_casts_a_shadow_and_what_flies_does_not() -> None:
    standing = shown(Subject("cube", "object", RED))
    flying = shown(Subject("airplane", "flyer", RED))
    washed = [max(scene.image.tobytes()) for scene in (standing, flying)]
    assert washed[0] >= 128 > washed[1]


def test_a_subject_close_to_what_is_behind_gets_a_contour() -> None:
    plain = shown(Subject("cube", "object", "#f8f8f8"))
    assert area(plain, "#f4fff8") + area(plain, "#17403a") > 0


FACES = ("face_man", "face_woman", "baby_face_outline", "ninja")
SEEN_THROUGH = ("owl", "panda", "cat", "skull", "emoticon_happy", "robot", "post_lamp", "pizza")


def enclosed(scene: Page) -> Image.Image:
    """What of a white page is not reached from its corner over white: L, 255 there."""
    picture = scene.to_image().convert("RGB")
    outside = picture.copy()
    ImageDraw.floodfill(outside, (0, 0), (255, 0, 255))
    ImageDraw.floodfill(outside, (399, 399), (255, 0, 255))
    unlike = ImageChops.difference(outside, Image.new("RGB", (400, 400), (255, 0, 255)))
    return unlike.convert("L").point([0, *[255] * 255])


@sweep("icon", [*FACES, *SEEN_THROUGH])
def test_no_wall_is_seen_through_a_face(icon: str) -> None:
    scene = shown(Subject(icon, "flyer", "#2f6fdd"))
    picture, within = scene.to_image().convert("RGB"), enclosed(scene)
    inside = Image.composite(picture, Image.new("RGB", picture.size), within)
    wall = ImageChops.difference(inside, Image.new("RGB", picture.size, as_printed(WHITE)))
    bare = wall.convert("L").point([255, *[0] * 255])
    assert bare.histogram()[255] == 0


@sweep("icon", FACES)
@sweep("seed", [b"1", b"2", b"3", b"4"])
def test_a_face_has_skin_inside(icon: str, seed: bytes) -> None:
    picture = shown(Subject(icon, "person", "#2f6fdd"), seed=seed).to_image().convert("RGB")
    hues = picture.convert("HSV").tobytes()
    skin = sum(
        5 <= hue <= 28 and 40 <= saturation <= 170 and value >= 100
        for hue, saturation, value in zip(hues[::3], hues[1::3], hues[2::3], strict=True)
    )
    assert skin > 0.15 * sprite_of(icon, 200).mask.convert("L").histogram()[255]


def test_no_subject_is_no_error() -> None:
    assert shown().to_image().convert("RGB").getcolors() == [(160_000, as_printed(WHITE))]


def test_more_than_six_things_are_not_drawn() -> None:
    many = [Subject(icon, "food", None, 5) for icon in ("food_apple", "cube", "cat")]
    assert shown(*many).to_image().convert("RGB").size == (400, 400)
