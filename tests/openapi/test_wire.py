"""What is sent is judged as the canonical body that is made of it."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.openapi.wire import Wire
from imagen_fake.pipeline.normalize import fill_defaults, normalize

MEDIA = {"bytesBase64Encoded": "AAAA"}
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 1, 3.0, 7, 0.5, "", "x2", "2048", "1:1", "en", [], {}, MEDIA]
)
RAW, MASK, CONTROL = (
    {"referenceType": f"REFERENCE_TYPE_{kind}", "referenceImage": MEDIA}
    for kind in ("RAW", "MASK", "CONTROL")
)
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "referenceImage": st.sampled_from([None, MEDIA, {}, {"gcsUri": None}]),
        "maskImageConfig": st.sampled_from(
            [None, {}, {"maskMode": None}, {"maskMode": "MASK_MODE_SEMANTIC"}]
            + [
                {"maskMode": "MASK_MODE_SEMANTIC", "maskClasses": found}
                for found in (None, [], [7])
            ]
            + [{"maskMode": "MASK_MODE_FOREGROUND"}, {"maskMode": "MASK_MODE_USER_PROVIDED"}]
        ),
        "controlImageConfig": st.sampled_from([None, {}, {"controlType": "CONTROL_TYPE_CANNY"}]),
    },
)
REFERENCES = st.lists(
    st.builds(lambda kind, more: {**kind, **more}, st.sampled_from([RAW, MASK, CONTROL]), CONFIGS),
    max_size=3,
)


def sent(task: str) -> st.SearchStrategy[Any]:
    """Bodies whose fields are known and whose values are of all kinds."""
    defs = spec.task_schema(task)["$defs"]
    fields = {
        part: dict.fromkeys(defs[part]["properties"], VALUES) for part in ("instance", "parameters")
    }
    for name, found in (("image", MEDIA), ("scribble", {"image": MEDIA}), ("prompt", "a cat")):
        if name in fields["instance"]:
            fields["instance"][name] = st.sampled_from([None, found, {}, ""])
    if "referenceImages" in fields["instance"]:
        fields["instance"]["referenceImages"] = REFERENCES
    if "mode" in fields["parameters"]:
        modes = defs["parameters"]["properties"]["mode"]["enum"]
        fields["parameters"]["mode"] = st.sampled_from([*modes, None])
    instance, parameters = (
        st.fixed_dictionaries({}, optional=fields[part]) for part in ("instance", "parameters")
    )
    return st.fixed_dictionaries(
        {"instances": st.lists(instance, max_size=2)},
        optional={"parameters": st.one_of(st.none(), parameters, few(fields["parameters"]))},
    )


def few(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Objects with no more than two of the fields, so that most are valid but for these."""
    named = st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True)
    return named.flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )


def is_taken(schema: Any, body: Any) -> bool:
    canonical, _ = normalize(body, schema, "")
    filled = fill_defaults(schema, {**canonical, "parameters": canonical.get("parameters", {})})
    return jsonschema_rs.is_valid(schema, filled)


@pytest.mark.parametrize("task", sorted(file.stem for file in (spec.ROOT / "tasks").glob("*.json")))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_sent_is_taken_if_what_is_made_of_it_is(task: str, data: st.DataObject) -> None:
    schema = spec.task_schema(task)
    body = data.draw(sent(task))
    assert jsonschema_rs.is_valid(Wire(schema).body(), body) == is_taken(schema, body)


def parameter(schema: dict[str, Any]) -> Any:
    parameters = {"type": "object", "properties": {"p": schema}}
    root = {"type": "object", "properties": {"parameters": parameters}}
    return Wire(root).body()["properties"]["parameters"]["properties"]["p"]


def test_what_is_not_required_may_be_null() -> None:
    assert parameter({"type": "integer"}) == {"type": ["integer", "null"]}


def test_the_type_of_choices_is_left_to_the_choices() -> None:
    assert parameter({"type": "string", "enum": ["a"]}) == {"enum": ["a", None]}


def test_an_object_has_no_empty_object_for_its_default() -> None:
    assert "default" not in parameter({"type": "object", "default": {}, "properties": {}})


def test_alternatives_stand_among_the_rules() -> None:
    either = [{"required": ["a"]}, {"required": ["b"]}]
    made = parameter({"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": either})
    assert "anyOf" not in made
    assert [rule.keys() for rule in made["allOf"]] == [{"anyOf"}]


def test_old_names_of_choices_are_choices() -> None:
    made = parameter({"enum": ["new"], "x-aliases": {"old": "new"}})
    assert made["enum"] == ["new", "old", None]


def test_a_choice_that_is_refused_is_none() -> None:
    made = parameter({"enum": ["a", "b"], "not": {"const": "b"}})
    assert made["enum"] == ["a", None]


def test_what_may_be_there_once_is_no_demand_in_older_json_schema() -> None:
    few = {"contains": {"const": "a"}, "minContains": 0, "maxContains": 1}
    made = parameter({"type": "array", "items": {"type": "string"}, "allOf": [few]})
    for draft, twice in (
        (jsonschema_rs.Draft7Validator, True),
        (jsonschema_rs.validator_for, False),
    ):
        judge = draft(made)
        assert [judge.is_valid(["a"] * times) for times in range(3)] == [True, True, twice]


def test_what_has_no_effect_may_be_anything_and_tells_what_it_should_be() -> None:
    made = parameter({"type": "integer", "maximum": 3, "x-effect": "none"})
    assert made["x-documented"] == {"type": ["integer", "null"], "maximum": 3}
    assert jsonschema_rs.is_valid(made, "anything")


def test_what_is_refused_may_only_be_null() -> None:
    assert parameter({"type": "integer", "not": {}})["type"] == "null"


def test_texts_in_base64_are_marked_as_openapi_3_1_marks_them() -> None:
    made = parameter({"type": "string", "contentEncoding": "base64"})
    assert made == {"type": ["string", "null"], "contentEncoding": "base64"}
