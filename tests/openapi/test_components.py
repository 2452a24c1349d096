from typing import Any

import pytest

from imagen_fake.openapi.components import Components, any_of, identifier, is_answer


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
    assert components.parts["schemas"].keys() == {"response_models", "response_model"}


def test_names_are_spelled_as_programming_languages_allow() -> None:
    assert identifier("imagegeneration@006.edit") == "imagegeneration_006_edit"


def parted(parameters: Any) -> Any:
    components = Components()
    instances = {"type": "array", "items": {"type": "object", "properties": {}}}
    components.body("m", "t", {"properties": {"instances": instances, "parameters": parameters}})
    return components.parts["schemas"]


def test_what_may_be_null_is_named_without_that() -> None:
    inner = {"type": ["object", "null"], "properties": {"y": {"type": "string"}}}
    parts = parted({"type": ["object", "null"], "properties": {"x": inner}})
    assert parts["x"] == {"type": "object", "properties": inner["properties"]}
    beside_null = {"anyOf": [{"$ref": "#/components/schemas/x"}, {"type": "null"}]}
    assert parts["m_t_parameters"]["properties"]["x"] == beside_null


@pytest.mark.parametrize("listed", [True, False])
def test_objects_in_a_field_have_names(listed: bool) -> None:
    below = {"type": "object", "properties": {"z": {"type": "string"}}}
    inner = {"type": "array", "items": below} if listed else below
    parts = parted({"properties": {"x": {"type": "object", "properties": {"y": inner}}}})
    assert parts["x_y_item" if listed else "x_y"] == below


def test_one_alternative_needs_no_any_of() -> None:
    assert any_of([{"a": 1}]) == {"a": 1}
    assert any_of([{"a": 1}, {"b": 2}]) == {"anyOf": [{"a": 1}, {"b": 2}]}


def test_tasks_without_a_file_of_their_own_answer_pictures() -> None:
    assert is_answer("caption")
    assert not is_answer("upscale")
