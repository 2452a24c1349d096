import pytest
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.poster.tag import print_tag
from tests.pictures import rectangle_mask

SIZE = (640, 480)
BOX = (100, 100, 600, 400)
LABEL = "imagen-3.0-capability-001 · sample 1 · seed 3"


def tagged(mask: Image.Image, colour: str = "grey") -> tuple[int, int, int, int] | None:
    """Where a line was printed on a plain picture."""
    plain = Image.new("RGB", SIZE, colour)
    printed = plain.copy()
    print_tag(printed, mask, mask.getbbox() or (0, 0, 0, 0), LABEL)
    return ImageChops.difference(plain, printed).getbbox()


@pytest.mark.parametrize("colour", ["black", "white", "red"])
def test_a_line_is_printed_at_the_foot_of_the_mask(colour: str) -> None:
    where = tagged(rectangle_mask(SIZE, BOX), colour)
    assert where
    assert BOX[0] < where[0] < where[2] < BOX[2]
    assert 350 < where[1] < where[3] < BOX[3]


def test_a_line_that_does_not_fit_is_not_printed() -> None:
    assert tagged(rectangle_mask(SIZE, (100, 100, 200, 400))) is None


def test_a_line_that_would_leave_the_mask_is_not_printed() -> None:
    disc = Image.new("L", SIZE)
    ImageDraw.Draw(disc).ellipse((200, 100, 500, 400), fill=255)
    assert tagged(disc) is None


def test_a_line_moves_up_where_the_foot_of_the_mask_is_torn() -> None:
    mask = rectangle_mask(SIZE, BOX)
    mask.paste(0, (300, 396, 310, 398))
    torn, whole = tagged(mask), tagged(rectangle_mask(SIZE, BOX))
    assert torn
    assert whole
    assert torn[3] < whole[3]
