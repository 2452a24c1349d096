"""Notes name their fact."""

from imagen_fake.migration.note import Note, facts


def test_a_note_has_the_grade_of_its_fact() -> None:
    note = Note.of("seed", facts("fields")["seed"])
    assert note.to_json()["basis"]["grade"] == "fixture"
    assert str(note).startswith("lost: seed: ")
