import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.poster.captions import Caption, print_tag, typeset
from tests.pictures import rectangle_mask

LABEL = "imagen-4.0-generate-001 · sample 2 · seed 42"


def lines(caption: Caption) -> list[str]:
    return [
        "".join((" " if cut.gap else "") + cut.word.text for cut in line).strip()
        for line in caption.prompt
    ]


def test_a_short_prompt_stands_on_one_line() -> None:
    assert lines(typeset("a cat", LABEL, (1024, 1024))) == ["a cat"]


def test_a_long_prompt_ends_in_an_ellipsis_after_three_lines() -> None:
    found = lines(typeset("word " * 80, LABEL, (1024, 1024)))
    assert len(found) == 3
    assert found[-1].endswith("…")


def test_a_wide_picture_has_two_lines_at_most() -> None:
    assert len(lines(typeset("word " * 80, LABEL, (1408, 768)))) == 2


def test_no_word_of_a_prompt_that_fits_is_lost() -> None:
    prompt = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert " ".join(lines(typeset(prompt, LABEL, (768, 1408)))) == prompt


@pytest.mark.parametrize(
    ("label", "badge"),
    [(LABEL, "#2"), ("m · sampled 3", ""), ("m · seed 3", ""), ("", "")],
)
def test_the_badge_tells_which_of_several_samples(label: str, badge: str) -> None:
    assert typeset("a cat", label, (1024, 1024)).badge == badge


@given(
    prompt=st.text(max_size=200),
    width=st.integers(64, 2816),
    height=st.integers(64, 2816),
)
@settings(deadline=None, max_examples=60)
def test_a_caption_leaves_the_picture_room_and_keeps_its_label(
    prompt: str, width: int, height: int
) -> None:
    caption = typeset(prompt, "m · sample 1", (width, height))
    assert caption.label
    assert caption.height < height * 7 // 10


def test_type_grows_with_the_picture() -> None:
    sizes = [typeset("a", LABEL, (side, side)).size for side in (128, 512, 1024, 2048)]
    assert sizes == sorted(set(sizes))


SIZE = (640, 480)
BOX = (100, 100, 600, 400)
TAG = "imagen-3.0-capability-001 · sample 1 · seed 3"


def tagged(mask: Image.Image, colour: str = "grey") -> tuple[int, int, int, int] | None:
    """Where a line was printed on a plain picture."""
    plain = Image.new("RGB", SIZE, colour)
    printed = plain.copy()
    print_tag(printed, mask, mask.getbbox() or (0, 0, 0, 0), TAG)
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
