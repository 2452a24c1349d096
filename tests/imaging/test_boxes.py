from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.boxes import Box, expand, relative, shift, size_of

BOXES = st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(41, 90)] * 2)


@given(BOXES)
def test_the_size_of_a_box_is_that_of_what_is_cropped(box: Box) -> None:
    assert size_of(box) == Image.new("L", (100, 100)).crop(box).size


@given(BOXES, st.integers(-50, 50), st.integers(-50, 50))
def test_a_shifted_box_keeps_its_size(box: Box, across: int, down: int) -> None:
    moved = shift(box, across, down)
    assert size_of(moved) == size_of(box)
    assert (moved[0] - box[0], moved[1] - box[1]) == (across, down)


@given(BOXES, st.integers(0, 60))
def test_a_margin_ends_at_the_edge_of_the_picture(box: Box, margin: int) -> None:
    picture = Image.new("L", (100, 100))
    picture.paste(255, (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
    assert expand(box, margin, picture.size) == picture.getbbox()


@given(BOXES, st.integers(0, 60))
def test_a_relative_box_crops_the_same_from_its_frame(box: Box, margin: int) -> None:
    picture = Image.linear_gradient("L").resize((100, 100)).rotate(90)
    frame = expand(box, margin, picture.size)
    same = picture.crop(frame).crop(relative(box, frame))
    assert same.tobytes() == picture.crop(box).tobytes()
