import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.lenient_json import KEYWORDS, MalformedError, to_standard_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip
BARE = st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$]{0,9}", fullmatch=True).filter(
    lambda name: name not in KEYWORDS
)
PROBLEMS = {name for name in spec.read("errors.json")["jsonProblems"] if not name.startswith("x-")}


@given(JSON, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_standard_json_means_the_same(value: Any, escaped: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=escaped, indent=indent)
    assert json.loads(to_standard_json(text)) == value


@given(st.dictionaries(BARE, st.text(alphabet="ab\"\n\t\\é'"), max_size=4))
def test_bare_keys_single_quotes_and_last_commas_are_read(value: dict[str, str]) -> None:
    spelled = {name: text.replace("\\", "\\\\").replace("'", "\\'") for name, text in value.items()}
    text = "{" + "".join(f"{name}: '{text}'," for name, text in spelled.items()) + "}"
    assert json.loads(to_standard_json(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'\v\x\/'", "\vx/"),
        ("{nullable: 1, trueish: 2}", {"nullable": 1, "trueish": 2}),
        ("{a: [1,],}", {"a": [1]}),
        ("[1., -0.5E+1]", [1.0, -5.0]),
        (r"'\u0041\ud83d\ude00'", "A😀"),
        ("\v\f{}\v", {}),
    ],
)
def test_what_else_the_service_reads(text: str, value: Any) -> None:
    assert json.loads(to_standard_json(text)) == value


@given(st.text(alphabet="{}[]:,'\"\\ u0aé1-.eEn*/\n", max_size=12))
def test_everything_is_json_afterwards_or_refused_for_a_reason_with_words(text: str) -> None:
    problem, place = "token", 0
    try:
        json.loads(to_standard_json(text))
    except MalformedError as error:
        problem, place = error.problem, error.place
    assert problem in PROBLEMS
    assert 0 <= place <= len(text)


@pytest.mark.parametrize(
    ("text", "problem", "place", "cut"),
    [
        ("{true: 1}", "key", 5, False),
        ('"\\u12"', "hexadecimal", 1, False),
        ('"a\\u12zz"', "escape", 2, False),
        ("'a\\", "quote", 3, True),
        ("[1 *", "element", 3, True),
        ("nullx", "trailing", 4, False),
        ("[1-2]", "number", 1, False),
    ],
)
def test_each_problem_is_found_where_it_is(text: str, problem: str, place: int, cut: bool) -> None:
    with pytest.raises(MalformedError) as caught:
        to_standard_json(text)
    assert (caught.value.problem, caught.value.place, caught.value.cut) == (problem, place, cut)
