import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.imaging.poster.captions import Caption, typeset

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
