from typing import Any

from imagen_fake.schema_layers import RequestSchema, inline_refs, narrow

FILES: dict[str, Any] = {
    "a.json": {"$defs": {"size": {"type": "integer", "maximum": 4}}},
    "b.json": {"items": [{"$ref": "a.json#/$defs/size"}]},
}


def test_a_reference_to_a_file_is_replaced_and_keywords_beside_it_win() -> None:
    schema = {"properties": {"n": {"$ref": "a.json#/$defs/size", "maximum": 2}}}
    expected = {"properties": {"n": {"type": "integer", "maximum": 2}}}
    assert inline_refs(schema, FILES.__getitem__) == expected


def test_a_reference_may_lead_to_another_one() -> None:
    assert (
        inline_refs({"$ref": "b.json#/items/0"}, FILES.__getitem__)
        == FILES["a.json"]["$defs"]["size"]
    )


def test_a_reference_within_the_document_stays() -> None:
    schema = {"properties": {"n": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"type": "string"}}}
    assert inline_refs(schema, FILES.__getitem__) == schema


def test_a_layer_changes_adds_and_removes_fields_and_its_extensions_change_nothing() -> None:
    fields = {"n": {"type": "integer", "maximum": 4}, "seed": {"type": "integer"}}
    schema = {"$defs": {"parameters": {"properties": fields, "required": ["n"]}}}
    layer = {"parameters": {"n": {"maximum": 8}, "seed": None, "size": {}}, "x-asked-by": {}}
    expected = {"n": {"type": "integer", "maximum": 8}, "size": {}}
    assert narrow(schema, layer)["$defs"] == {
        "parameters": {"properties": expected, "required": ["n"]}
    }


def test_a_request_schema_validates_and_has_a_validator_of_each_warning() -> None:
    rule = {"if": {"maximum": 2}, "text": "small"}
    request = RequestSchema.of({"type": "integer", "x-warnings": [rule]})
    ((warning, text),) = request.warnings
    assert [request.validator.is_valid(value) for value in (1, "a")] == [True, False]
    assert ([warning.is_valid(value) for value in (1, 3)], text) == ([True, False], "small")
