import pytest

from imagen_fake.openapi.components import Components, allowed, is_answer


def test_equal_parts_have_one_name() -> None:
    components = Components()
    assert components.put("schemas", ["a"], {"x": 1}) == components.put(
        "schemas", ["a", "b"], {"x": 1}
    )
    assert components.parts == {"schemas": {"a": {"x": 1}}}


def test_another_part_gets_the_next_name() -> None:
    components = Components()
    components.put("schemas", ["a"], {"x": 1})
    other = components.put("schemas", ["a", "b"], {"x": 2})
    assert other == {"$ref": "#/components/schemas/b"}


def test_a_part_for_which_every_name_is_taken_is_refused() -> None:
    components = Components()
    components.put("schemas", ["a"], {"x": 1})
    with pytest.raises(ValueError, match="a"):
        components.put("schemas", ["a"], {"x": 2})


def test_an_answer_brings_what_it_refers_to() -> None:
    components = Components()
    components.answer("models")
    assert components.parts["schemas"].keys() == {"answer.models", "answer.model"}


def test_names_are_spelled_as_openapi_allows() -> None:
    assert allowed("imagegeneration@006.edit") == "imagegeneration-006.edit"


def test_tasks_without_a_file_of_their_own_answer_pictures() -> None:
    assert is_answer("caption")
    assert not is_answer("upscale")
