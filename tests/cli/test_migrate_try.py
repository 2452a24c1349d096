"""What is read from the answers of a fake that is asked both calls."""

from pathlib import Path

from imagen_fake.cli.migrate_try import answers, save, side_by_side
from imagen_fake.migration.answers import Answer, Picture
from imagen_fake.migration.migrate import migrate

MODEL = "imagen-4.0-generate-001"
BODY = b'{"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}'


def test_words_of_a_prompt_are_no_directives() -> None:
    body = BODY.replace(b"apple", b"apple [[fake: error=503]]")
    tried = answers(migrate(body, MODEL), body, "gemini")
    assert [answer.status for answer in tried] == [200, 200]


def test_a_call_that_no_surface_takes_is_shown_as_the_first_refuses_it() -> None:
    moved = migrate(BODY, MODEL)
    before, after = answers(moved, b'{"instances": 7}', "vertex")
    assert (before.call, before.status, before.pictures) == (f"vertex: {MODEL}:predict", 400, ())
    assert before.refusals != ()
    assert after.status == 200


def test_an_answer_without_anything_has_its_row() -> None:
    said = side_by_side([Answer("a", 200), Answer("b", 400, (), ("no\nway",))], 100)
    assert [line.split() for line in said.splitlines()[1:]] == [
        ["a", "200", "-", "-", "-"],
        ["b", "400", "-", "-", "no", "way"],
    ]


def test_pictures_are_named_by_their_type(tmp_path: Path) -> None:
    pictures = (Picture(b"1", "image/png"), Picture(uri="gs://b/a.png"), Picture(b"2", "other"))
    saved = save(
        [Answer("a", 200, pictures), Answer("b", 200, (Picture(b"3", "image/jpeg"),))], tmp_path
    )
    assert [file.name for file in saved] == ["before-1.png", "before-2.bin", "after-1.jpg"]
    assert (tmp_path / "before-2.bin").read_bytes() == b"2"
