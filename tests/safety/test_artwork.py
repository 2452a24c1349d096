"""Which prompts ask for a picture made by hand."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from imagen_fake.safety.artwork import is_artwork
from imagen_fake.safety.screen import score_topics
from tests.sweep import sweep

EXAMPLES = Path(__file__).parent.parent / "examples" / "words"
PERSONS = ("boy", "girl", "child", "children", "kid", "toddler", "baby", "teenager", "schoolgirl")
CHILD = st.sampled_from(PERSONS)
MEDIUM = st.sampled_from(
    ["drawing", "painting", "sketch", "watercolor", "cartoon", "oil painting", "manga", "mural"]
)
STYLE = st.sampled_from(["cartoon", "anime", "manga", "chibi", "pixel art", "animated", "comic"])
ADJECTIVE = st.sampled_from(["", "old ", "small ", "very colourful "])
HEADING = st.sampled_from(
    [
        "a {adjective}{medium} of a {child}",
        "{adjective}{medium} showing a {child} on a hill",
        "a {child} on a hill, a {medium}",
        "a {child} in the style of a {adjective}{medium}",
        "a {child}, {medium} style",
        "{medium}: a {child} on a hill",
    ]
)
BESIDE = st.sampled_from(
    [
        "a {child} with a {adjective}{medium}",
        "a {child} and her {medium}",
        "a {child} holding a {medium}",
        "a {child} next to a {adjective}{medium}",
        "a {medium} on the wall behind a {child}",
        "a {adjective}{medium} and a {child}",
        "a {child} looking at the {adjective}{medium} of a horse",
        "a {child} on a hill, holding his {medium}",
    ]
)


def lines(name: str) -> list[str]:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@sweep("prompt", lines("drawn.txt"))
def test_a_drawing_is_known_by_what_heads_it(prompt: str) -> None:
    assert {"Child", "Drawn"} <= score_topics(prompt).keys()


@sweep("prompt", lines("beside_drawings.txt"))
def test_a_drawing_in_the_picture_makes_none_of_it(prompt: str) -> None:
    assert "Child" in score_topics(prompt)
    assert "Drawn" not in score_topics(prompt)


@given(HEADING, MEDIUM, CHILD, ADJECTIVE)
def test_any_medium_heads_any_picture(form: str, medium: str, child: str, adjective: str) -> None:
    assert is_artwork(form.format(medium=medium, child=child, adjective=adjective), PERSONS)


@given(BESIDE, MEDIUM, CHILD, ADJECTIVE)
def test_any_medium_may_be_a_thing(form: str, medium: str, child: str, adjective: str) -> None:
    assert not is_artwork(form.format(medium=medium, child=child, adjective=adjective), PERSONS)


@given(STYLE, ADJECTIVE, CHILD)
def test_a_style_may_be_said_of_the_child(style: str, adjective: str, child: str) -> None:
    assert is_artwork(f"two {style} {adjective}{child}", PERSONS)


@given(CHILD, st.sampled_from(["drawing", "painting", "sketching", "doodling", "etching"]))
def test_what_a_child_does_is_no_drawing(child: str, doing: str) -> None:
    for prompt in (f"{child} {doing} a tree", f"a {child} at a table, {doing}", f"{doing} {child}"):
        assert not is_artwork(prompt, PERSONS)


@given(st.text(max_size=60))
@example("style of " * 40)
@example("-'" * 40)
def test_any_text_is_read(text: str) -> None:
    assert is_artwork(text, PERSONS) in (True, False)
