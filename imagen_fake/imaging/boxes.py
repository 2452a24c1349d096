"""Boxes: left, top, right, bottom in pixels; right and bottom are outside, as in Pillow."""

Point = tuple[int, int]
Size = tuple[int, int]
Box = tuple[int, int, int, int]


def size_of(box: Box) -> Size:
    """Return the width and height of a box."""
    return box[2] - box[0], box[3] - box[1]


def shift(box: Box, across: int, down: int) -> Box:
    """Return the box so many pixels further to the right and to the bottom."""
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down


def enlarge(box: Box, step: int) -> Box:
    """Return a box of a picture that was reduced by `step` in the coordinates of the whole one."""
    return box[0] * step, box[1] * step, box[2] * step, box[3] * step


def relative(box: Box, frame: Box) -> Box:
    """Return the box in the coordinates of another one, whose corner is the origin."""
    return shift(box, -frame[0], -frame[1])


def expand(box: Box, margin: int, size: Size) -> Box:
    """Return the box with a margin on every side, cropped to a picture of `size`."""
    return (
        max(0, box[0] - margin),
        max(0, box[1] - margin),
        min(size[0], box[2] + margin),
        min(size[1], box[3] + margin),
    )
