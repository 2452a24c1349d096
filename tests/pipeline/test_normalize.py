import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.normalize import Normalization, fill_defaults, fold_key, normalize
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"
SCHEMA = spec.request(MODEL, "generate", "vertex").schema
PARAMETERS = SCHEMA["$defs"]["parameters"]["properties"]
ENUMS = [
    (name, value)
    for name, parameter in PARAMETERS.items()
    for value in parameter.get("enum", ())
    if "x-effect" not in parameter
]


def parameters(**wire: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    body, warnings = normalize({"parameters": wire}, SCHEMA, MODEL)
    return body["parameters"], warnings


@sweep(("name", "value"), ENUMS)
def test_the_case_and_the_hyphens_of_an_enum_value_do_not_matter(name: str, value: str) -> None:
    for spelled in (value.upper(), value.lower(), value.replace("_", "-"), value):
        assert parameters(**{name: spelled}) == ({name: value}, ())


@pytest.mark.parametrize(("old", "new"), list(PARAMETERS["safetySetting"]["x-aliases"].items()))
def test_a_deprecated_name_is_understood_with_a_warning(old: str, new: str) -> None:
    read, warnings = parameters(safetySetting=old.upper())
    assert read == {"safetySetting": new}
    assert warnings == (f"parameters.safetySetting: {old} is the deprecated name of {new}.",)


def fields(schema: Any, root: Any, path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """Every field below a schema with more than one spelling, by its path."""
    schema = Normalization(root, "").resolve(schema)
    for name, below in schema.get("properties", {}).items():
        if snake(name) != name and "x-effect" not in below:
            yield (*path, name)
        yield from fields(below, root, (*path, name))
    if "items" in schema:
        yield from fields(schema["items"], root, (*path, 0))


def snake(name: str) -> str:
    return re.sub("([A-Z])", lambda match: "_" + match[0].lower(), name)


def every_field() -> list[tuple[str, str, tuple[str | int, ...]]]:
    """Model, task and path of each field of each task, by one model that has the task."""
    found = {task: name for name in spec.model_ids() for task in known(name).tasks}
    return [
        (model, task, path)
        for task, model in found.items()
        for path in dict.fromkeys(fields(schema(model, task), schema(model, task)))
    ]


def known(name: str) -> spec.Model:
    model = spec.model(name)
    assert model
    return model


def schema(model: str, task: str) -> Any:
    return spec.request(known(model).id, task, "vertex").schema


@sweep(("model", "task", "path"), every_field())
def test_two_spellings_of_one_field_are_warned_of_and_the_last_one_counts(
    model: str, task: str, path: tuple[str | int, ...]
) -> None:
    *around, name = path
    body: Any = {str(name): "first", snake(str(name)): "last"}
    for step in reversed(around):
        body = {step: body} if isinstance(step, str) else [body]
    read, warnings = normalize(body, schema(model, task), model)
    (told,) = (one for one in warnings if "the last one counts" in one)
    assert f"as {name} and as {snake(str(name))}:" in told
    for step in path:
        read = read[step]
    assert read == "last"


def test_a_spelling_with_null_is_no_second_one() -> None:
    assert parameters(sampleCount=2, sample_count=None) == ({"sampleCount": 2}, ())


def test_snake_case_keys_are_understood() -> None:
    assert parameters(aspect_ratio="1:1", output_options={"mime_type": "image/png"}) == (
        {"aspectRatio": "1:1", "outputOptions": {"mimeType": "image/png"}},
        (),
    )


@given(st.integers(-(2**40), 2**40))
def test_a_float_without_a_fraction_is_the_integer(number: int) -> None:
    read, _ = parameters(seed=float(number))
    assert (read["seed"], type(read["seed"])) == (number, int)


@given(st.integers(-(2**40), 2**40))
def test_so_it_is_where_fractions_are_allowed(number: int) -> None:
    read, _ = parameters(guidanceScale=float(number))
    assert (read["guidanceScale"], type(read["guidanceScale"])) == (number, int)
    assert parameters(guidanceScale=number + 0.5)[0] == {"guidanceScale": number + 0.5}


def test_a_float_with_a_fraction_stays_for_validation() -> None:
    assert parameters(seed=1.5)[0] == {"seed": 1.5}


def test_null_is_absence() -> None:
    assert parameters(seed=None, sampleCount=None) == ({}, ())


def test_an_unknown_key_is_left_out_and_the_nearest_name_suggested() -> None:
    read, warnings = parameters(sampleCuont=2)
    assert read == {}
    assert warnings == (
        "parameters.sampleCuont is not a known field, so it is ignored. Did you mean sampleCount?",
    )


@sweep("task", sorted(file.stem for file in (spec.ROOT / "tasks").iterdir()))
def test_a_key_that_belongs_below_another_is_sent_there(task: str) -> None:
    schema = spec.task_schema(task)
    reading = Normalization(schema, MODEL)
    flat = schema["$defs"]["parameters"]["properties"]
    known = {
        fold_key(spelling)
        for name in flat
        for spelling in (name, *flat[name].get("x-spellings", ()))
    }
    for name, below in flat.items():
        for inner in set(reading.resolve(below).get("properties", {})):
            if fold_key(inner) not in known:
                _, warnings = normalize({"parameters": {inner: 1}}, schema, MODEL)
                (warning,) = warnings
                assert warning.endswith(f"ignored. Did you mean {name}.{inner}?")


@sweep("task", sorted(file.stem for file in (spec.ROOT / "tasks").iterdir()))
def test_a_key_that_belongs_into_the_other_part_is_sent_there(task: str) -> None:
    schema = spec.task_schema(task)
    reading = Normalization(schema, MODEL)
    names = {"parameters": set[str](), "instances[]": set[str]()}
    below = set()
    for place, part in (("parameters", "parameters"), ("instances[]", "instance")):
        for name, known in schema["$defs"][part]["properties"].items():
            names[place] |= {name}
            below |= {(place, inner) for inner in reading.resolve(known).get("properties", {})}
    for place, other in (("parameters", "instances[]"), ("instances[]", "parameters")):
        for name in sorted(names[other] - names[place]):
            if (place, name) in below:
                continue
            body = (
                {"parameters": {name: 1}} if place == "parameters" else {"instances": [{name: 1}]}
            )
            (warning,) = normalize(body, schema, MODEL)[1]
            assert warning == (
                f"{place}.{name} is not a known field, so it is ignored."
                f" Did you mean {other}.{name}?"
            )


def test_an_unknown_key_like_nothing_known_gets_no_suggestion() -> None:
    assert parameters(xyzzy=2)[1] == ("parameters.xyzzy is not a known field, so it is ignored.",)


def test_a_parameter_without_effect_on_the_model_is_left_out_with_a_warning() -> None:
    assert parameters(negativePrompt="dog") == (
        {},
        (f"parameters.negativePrompt has no effect on {MODEL}.",),
    )


def test_an_unknown_key_at_the_top_is_kept_to_be_refused() -> None:
    assert normalize({"zork": 1}, SCHEMA, MODEL) == ({"zork": 1}, ())


def test_a_key_of_any_length_is_read_in_no_time() -> None:
    _, warnings = parameters(**{"a" * 10**6: 1})
    assert len(warnings[0]) < 300


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_reading_twice_is_reading_once(body: Any) -> None:
    once, _ = normalize(body, SCHEMA, MODEL)
    assert normalize(once, SCHEMA, MODEL)[0] == once


def test_defaults_fill_every_depth() -> None:
    filled = fill_defaults(SCHEMA, {"parameters": {"outputOptions": {}}})
    assert filled["parameters"]["outputOptions"] == {"mimeType": "image/png"}
    assert filled["parameters"]["sampleCount"] == PARAMETERS["sampleCount"]["default"]


def test_a_default_of_what_has_no_effect_is_not_filled_in() -> None:
    schema = {"properties": {"a": {"default": 1, "x-effect": "none"}, "b": {"default": 2}}}
    assert fill_defaults(schema, {}) == {"b": 2}


def test_a_default_never_replaces_what_was_said() -> None:
    assert (
        fill_defaults(SCHEMA, {"parameters": {"sampleCount": 1}})["parameters"]["sampleCount"] == 1
    )


@pytest.mark.parametrize("body", ["text", 3, True])
def test_what_is_no_object_passes_through_to_validation(body: Any) -> None:
    assert fill_defaults(SCHEMA, normalize(body, SCHEMA, MODEL)[0]) == body


def test_so_many_warnings_are_worded_and_the_others_counted() -> None:
    schema = spec.request("imagen-3.0-generate-002", "generate", "vertex").schema
    _, warnings = normalize({"parameters": {f"a{i}": 1 for i in range(107)}}, schema, "m")
    assert (len(warnings), warnings[-1]) == (101, "7 more fields are ignored.")


@pytest.mark.parametrize(("length", "folded"), [(64, "a" * 32), (65, "A-" * 32 + "A")])
def test_no_longer_name_is_folded_than_a_field_may_have(length: int, folded: str) -> None:
    assert fold_key(("A-" * 33)[:length]) == folded
