"""Forms: what is known of a place in a body."""

from imagen_fake.contract.bodies.operation import Operation, format_path

EDIT = Operation("imagen-3.0-capability-001", "edit", "vertex")


def test_a_place_in_a_list_is_known_by_its_items() -> None:
    path = ("instances", 0, "referenceImages", 1, "maskImageConfig", "dilation")
    assert EDIT.schema_at(path)["maximum"] == 1


def test_nothing_is_known_of_a_place_that_is_not_there() -> None:
    assert EDIT.schema_at(("parameters", "flavour")) == {}


def test_a_condition_is_held_against_defaults() -> None:
    segment = Operation("image-segmentation-001", "segment", "vertex")
    condition = {"properties": {"mode": {"const": "foreground"}}, "required": ["mode"]}
    assert segment.satisfies(condition, {}, segment.schema_at(("parameters",)))


def test_fields_without_effect_are_left_out_at_any_depth() -> None:
    operation = Operation("imagen-product-recontext-preview-06-30", "recontext", "vertex")
    body = {"parameters": {"outputOptions": {"compressionQuality": "any", "mimeType": "image/png"}}}
    heeded = operation.without_ignored(body, operation.document)
    assert heeded == {"parameters": {"outputOptions": {"mimeType": "image/png"}}}


def test_a_place_is_spelled_as_the_service_spells_it() -> None:
    assert format_path(("instances", 0, "prompt")) == "instances[0].prompt"
    assert format_path(("parameters", "outputOptions", "mimeType")) == "outputOptions.mimeType"
