import pytest

from imagen_fake.imaging.painting.treatment import TREATMENTS, treat
from tests.imaging.poster.test_scene import apart, paint, sketch


@pytest.mark.parametrize("style", TREATMENTS)
def test_a_style_changes_the_picture(style: str) -> None:
    plain = paint(sketch("sunset over the mountains", size=(400, 400)))
    styled = paint(sketch("sunset over the mountains", size=(400, 400), style=style))
    assert apart(plain, styled) > 0.3


def test_a_style_word_in_the_prompt_is_a_style() -> None:
    named = paint(sketch("cat watercolor", label="", style=None))
    assert (
        named.tobytes() == paint(sketch("cat watercolor", label="", style="watercolor")).tobytes()
    )


def test_an_unknown_style_is_ignored() -> None:
    assert paint(sketch(style="baroque")).tobytes() == paint(sketch()).tobytes()


def test_no_style_lays_nothing_over_the_scene() -> None:
    from tests.imaging.painting.test_backdrop import page

    blank = page((100, 100), 100)
    before = blank.image.tobytes()
    treat(blank, None, 50)
    assert blank.image.tobytes() == before
