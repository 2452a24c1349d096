import json
import re
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.directives.directives import (
    CONDITIONS,
    COUNTING,
    DIRECTIVES,
    LONGEST,
    DirectiveError,
    outcomes,
    parse,
    quote,
    split,
)
from imagen_fake.directives.values import ALL, MODEL
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.cpu import repeated, slowest
from tests.sweep import sweep

GOOD: dict[str, list[tuple[str, Any]]] = {
    "filter": [("filter=2", 2), ("filter=0", 0), ("filter=all", ALL)],
    "codes": [("codes=56562880", ("56562880",)), ("codes=1,2,3", ("1", "2", "3"))],
    "block": [
        ("block=58061214", "58061214"),
        ("block=PROHIBITED_CONTENT", "PROHIBITED_CONTENT"),
        ("block=safety", "SAFETY"),
    ],
    "finish": [
        ("finish=IMAGE_SAFETY", "IMAGE_SAFETY"),
        ("finish=no_image", "NO_IMAGE"),
        ("finish=IMAGE_SAFETY:role", "IMAGE_SAFETY:role"),
    ],
    "parts": [("parts=text", "text"), ("parts=image", "image"), ("parts=text,image", "text,image")],
    "images": [("images=1", 1), ("images=10", 10)],
    "score": [
        ("score.Violence=0.7", {"Violence": 0.7}),
        ("score.violence=1", {"Violence": 1.0}),
        ("score.War&Conflict=.5", {"War & Conflict": 0.5}),
        ("'score.Death, Harm & Tragedy=0'", {"Death, Harm & Tragedy": 0.0}),
        ("score.Porn=0.1 score.Hate=0.2", {"Porn": 0.1, "Hate": 0.2}),
    ],
    "error": [
        ("error=429", ("quota_exceeded", "")),
        ("error=UNAVAILABLE", ("unavailable", "")),
        ("error=unavailable", ("unavailable", "")),
        ("error=sample_count", ("sample_count", "")),
        ("'error=503:go away: now'", ("unavailable", "go away: now")),
        ('error=503:"go away"', ("unavailable", "go away")),
    ],
    "retry-after": [("retry-after=0", 0), ("retry-after=30", 30)],
    "seed": [("seed=0", 0), ("seed=999999999", 999_999_999)],
    "caption": [("caption=on", True), ("caption=off", False)],
    "delay": [
        ("delay=2s", 2.0),
        ("delay=2", 2.0),
        ("delay=500ms", 0.5),
        ("delay=1.5s", 1.5),
        ("delay=10m", 600.0),
        ("delay=0", 0.0),
        ("delay=MODEL", MODEL),
    ],
    "drop": [("drop", True), ("DROP", True)],
    "truncate": [
        ("truncate=50%", 0.5),
        ("truncate=100%", 1.0),
        ("truncate=100", 100),
        ("truncate=2chunks", "2chunks"),
    ],
    "slow": [("slow=100B/s", 100), ("slow=5kB/s", 5000), ("slow=2MB/s", 2_000_000), ("slow=7", 7)],
    "pause": [("pause=2s", 2.0), ("pause=10ms", 0.01), ("pause=0", 0.0)],
    "malformed": [("malformed", True)],
    "times": [("times=3", 3), ("times=0", 0)],
    "after": [("after=2", 2)],
    "p": [("p=0.2", 0.2), ("p=1", 1.0), ("p=0", 0.0), ("p=.25", 0.25)],
    "quota": [("quota=20", 20), ("quota=MODEL", MODEL)],
    "clock": [("clock=real", "real"), ("clock=manual", "manual")],
    "project": [
        ("project=p", "p"),
        ("project=123456789012", "123456789012"),
        ("project=example.com:my-project", "example.com:my-project"),
    ],
}
"""Texts of each row, and how they are read; patterns are judged by what they match."""

BESIDE = {
    "codes": "filter=1",
    "clock": "quota=1",
    "retry-after": "error=429",
    **dict.fromkeys(COUNTING, "drop"),
}
"""What a directive needs beside it to have an effect."""

PATTERNS = ("surface", "model", "task", "prompt")
BAD = {
    "filter": ["filter", "filter=", "filter=-1", "filter=some", "filter=1.5", "filter=²"],
    "codes": ["codes=", "codes=a", "codes=1,", "codes=1,,2"],
    "block": ["block", "block=x", "block=1,2", "block=-1"],
    "finish": ["finish", "finish=", "finish=FULL", "finish=STOP:role", "finish=OTHER:", "finish=:"],
    "parts": ["parts", "parts=", "parts=words", "parts=image,text"],
    "images": ["images", "images=0", "images=11", "images=all"],
    "score": ["score=0.5", "score.Violence", "score.Violence=2", "score.Violence=-1", "score.x=1"],
    "error": ["error", "error=418", "error=nope", "error=:text", "error=OK"],
    "retry-after": ["retry-after", "retry-after=soon", "retry-after=-1", "retry-after=1.5"],
    "seed": ["seed", "seed=x", "seed=-1", "seed=1234567890"],
    "caption": ["caption", "caption=", "caption=no", "caption=OFF", "caption=1"],
    "delay": ["delay", "delay=soon", "delay=601", "delay=-1", "delay=model", "delay=nan"],
    "drop": ["drop=", "drop=1", "drop=yes"],
    "truncate": ["truncate", "truncate=101%", "truncate=%", "truncate=half", "truncate=chunks"],
    "pause": ["pause", "pause=MODEL", "pause=601", "pause=-1"],
    "slow": ["slow", "slow=0", "slow=0kB/s", "slow=fast", "slow=1GB/s", "slow=1.5"],
    "malformed": ["malformed=", "malformed=1"],
    "times": ["times", "times=x", "times=-1"],
    "after": ["after", "after=x", "after=1.5"],
    "p": ["p", "p=2", "p=1.5", "p=20%", "p=nan", "p=1e-3"],
    "quota": ["quota", "quota=many", "quota=-1"],
    "clock": ["clock", "clock=wall"],
    "project": ["project", "project=", "project=a*", "project=a/b", "project=-", "project=ä"],
    "surface": ["surface", "surface="],
    "model": ["model", "model="],
    "task": ["task", "task="],
    "prompt": ["prompt", "prompt="],
}  # fmt: skip

ROWS = {kind.name: kind for kind in DIRECTIVES}
EXAMPLES = [(name, text, value) for name, rows in GOOD.items() for text, value in rows]
REFUSED = [(name, text) for name, texts in BAD.items() for text in texts]


def refusal(text: str, in_rule: bool = True) -> str:
    with pytest.raises(DirectiveError) as caught:
        parse(text, in_rule)
    return str(caught.value)


def test_every_row_of_the_table_is_tried_here() -> None:
    assert {*GOOD, *PATTERNS} == set(BAD) == set(ROWS)


@sweep(("name", "text", "value"), EXAMPLES)
def test_a_directive_is_read(name: str, text: str, value: Any) -> None:
    read = parse(f"{text} {BESIDE.get(name, '')}", in_rule=True)
    assert read[name] == value


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_read_by_what_it_matches(name: str) -> None:
    matches = parse(f"{name}=*", in_rule=True)[name]
    assert matches.match("anything")


@pytest.mark.parametrize("text", [text for _, text, _ in EXAMPLES if re.search("[0-9]", text)])
@pytest.mark.parametrize("zero", [0x0660, 0x0966, 0xFF10], ids=["arabic", "devanagari", "wide"])
def test_digits_of_another_script_are_no_numbers(text: str, zero: int) -> None:
    number, colon, words = text.partition(":")
    others = re.sub("[0-9]", lambda digit: chr(zero + int(digit[0])), number)
    assert others.split()[0].strip("'\"") in refusal(others + colon + words)


@sweep(("name", "text"), REFUSED)
def test_a_bad_value_is_refused_with_the_directive_and_how_to_write_it(
    name: str, text: str
) -> None:
    message = refusal(text)
    assert message.startswith(repr(text))
    assert f"rite it as {ROWS[name].syntax}." in message


@pytest.mark.parametrize("text", ["score.Vilence=1", "score.=1"])
def test_an_unknown_category_is_told_the_known_ones(text: str) -> None:
    message = refusal(text)
    assert all(name in message for name in spec.table("safety_categories")["prompt"]["value"])


@pytest.mark.parametrize(
    "text", ["nonsense", "", "=", "filter.x=2", "drop.now", "1", "bloc\u212a=1"]
)
def test_an_unknown_directive_is_told_the_known_ones(text: str) -> None:
    message = refusal(text or '""')
    assert message.startswith(f"{text!r} is no directive. There are: ")
    assert all(kind.syntax in message for kind in DIRECTIVES)


@pytest.mark.parametrize(("text", "meant"), [("fliter=2", "filter"), ("eror=503", "error")])
def test_of_a_misspelt_directive_the_nearest_is_told(text: str, meant: str) -> None:
    assert f"{text!r} is no directive. Did you mean {ROWS[meant].syntax}? " in refusal(text)


def test_what_only_rules_have_is_not_suggested_elsewhere() -> None:
    assert "Did you mean" not in refusal("modl=imagen-4*", in_rule=False)


@pytest.mark.parametrize("kind", [kind for kind in DIRECTIVES if kind.rules_only])
def test_what_only_rules_have_is_unknown_elsewhere(kind: Any) -> None:
    message = refusal(f"{kind.name}=1", in_rule=False)
    assert "is no directive here." in message
    assert kind.syntax not in message


def test_several_directives_stand_side_by_side() -> None:
    assert parse("  error=503\ttimes=2  after=1 ") == {
        "error": ("unavailable", ""), "times": 2, "after": 1
    }  # fmt: skip


def test_no_directives_are_none() -> None:
    assert parse("  ") == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("filter=1 filter=3", "filter"),
        ("filter=1 filter=1", "filter"),
        ("drop DROP", "drop"),
        ("score.Hate=0.1 score.Violence=1 score.hate=0.2", "score"),
        ("model=imagen-3* model=imagen-4*", "model"),
    ],
)
def test_a_directive_that_is_there_twice_is_refused(text: str, name: str) -> None:
    assert f"{name} is there already; write it once." in refusal(text)


@sweep(
    ("text", "needed"),
    [
        ("codes=1", "filter"),
        ("codes=1 block=1", "filter"),
        ("clock=manual error=503", "quota"),
        ("clock=real", "quota"),
        ("retry-after=1", "error or quota"),
        ("retry-after=1 drop", "error or quota"),
        ("times=2", "an outcome such as error=503"),
        ("after=1 p=0.5", "an outcome such as error=503"),
        ("p=1 model=imagen-4*", "an outcome such as error=503"),
    ],
)
@sweep("in_rule", [True, False])
def test_what_does_nothing_is_refused_with_what_it_needs(
    text: str, needed: str, in_rule: bool
) -> None:
    if in_rule or not any(name in text for name in ("clock", "model")):
        assert f"does nothing without {needed}" in refusal(text, in_rule)


@pytest.mark.parametrize(
    "text", ["codes=1 filter=1", "quota=1 clock=manual times=2", "times=2 drop", "seed=1 p=0.5"]
)
def test_what_has_what_it_needs_is_read(text: str) -> None:
    assert len(parse(text, in_rule=True)) == len(text.split())


@pytest.mark.parametrize("text", ["surface=vertx", "task=nope", "model=imagen-5*"])
def test_a_rule_that_no_call_can_match_is_refused(text: str) -> None:
    assert refusal(f"{text} drop").startswith(f"{text!r} matches no ")


def test_an_open_quotation_mark_is_refused() -> None:
    assert "quotation mark is not closed" in refusal("error=503:it's gone")


def test_too_long_a_text_is_refused_with_the_limit() -> None:
    assert parse("drop".ljust(LONGEST)) == {"drop": True}
    assert (
        refusal("drop".ljust(LONGEST + 1))
        == f"{LONGEST + 1} characters of directives; {LONGEST} are read."
    )


@sweep("status", [*spec.table("status_codes")["codes"]])
def test_every_canonical_code_is_an_error_of_that_code(status: str) -> None:
    error_id, _ = parse(f"error={status}")["error"]
    assert spec.read("errors.json")["errors"][error_id]["status"] == status


@sweep("error_id", [*spec.read("errors.json")["errors"]])
def test_every_error_can_be_named(error_id: str) -> None:
    known = spec.read("errors.json")["errors"]
    named, _ = parse(f"error={error_id}")["error"]
    assert known[named]["status"] == known[error_id]["status"]


def test_outcomes_are_all_but_the_conditions() -> None:
    read = parse("error=503 delay=1s times=2 after=1 p=1 quota=1 model=im* clock=manual", True)
    assert set(outcomes(read)) == {"error", "delay"}
    assert set(read) - set(outcomes(read)) < set(CONDITIONS)


words = st.sampled_from([*ROWS, "score.Violence", "score", "nope", "", "="])
values = st.sampled_from(
    ["1", "all", "0.5", "50%", "2s", "MODEL", "*", "[", "[!", "'", '"', "503:x"]
)
tokens = st.builds(
    lambda name, value, sign: f"{name}{sign}{value}",
    words,
    values | st.text(max_size=20),
    st.sampled_from(["=", "", ".", "=="]),
)
texts = st.lists(tokens, max_size=8).map(" ".join) | st.text(max_size=LONGEST + 10)


@given(texts, st.booleans())
def test_whatever_is_said_is_read_or_refused(text: str, in_rule: bool) -> None:
    try:
        read = parse(text, in_rule)
    except DirectiveError as error:
        assert str(error)  # noqa: PT017
    else:
        assert set(read) <= set(ROWS)


@sweep(
    ("text", "tokens"),
    [
        ("", []),
        ("  \t\n ", []),
        ("drop", ["drop"]),
        ("  error=503\ttimes=2\u00a0after=1 ", ["error=503", "times=2", "after=1"]),
        ('error="503:a]b"', ["error=503:a]b"]),
        ('"error=503:a b"', ["error=503:a b"]),
        ('error=503:"a b"c', ["error=503:a bc"]),
        (r'"a\"b"', ['a"b']),
        (r'"a\\b"', [r"a\b"]),
        (r'"a\\" b', ["a\\", "b"]),
        (r'"\u00e9\n\ud83c\udf4e"', ["é\n🍎"]),
        ('"a\nb"', ["a\nb"]),
        (r"a\nb", [r"a\nb"]),
        (r"a\ b", ["a\\", "b"]),
        (r"'a\nb \"'", [r"a\nb \""]),
        ("'it''s'", ["its"]),
        ('"it\'s"', ["it's"]),
        ('""', [""]),
        ("'' a", ["", "a"]),
        ("ü=Ö", ["ü=Ö"]),
    ],
)
def test_a_text_is_split_into_tokens(text: str, tokens: list[str]) -> None:
    assert split(text) == tokens


@pytest.mark.parametrize("text", ['"', "'", "it's gone", 'a "b', r'"a\"', "a'b'c'", "\"'\"'"])
def test_a_quotation_mark_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not closed"):
        split(text)


@pytest.mark.parametrize("text", [r'"\x"', r'"\u12"', r'"a\ b"', r'"\ud800"', r'"\udf4e\ud83c"'])
def test_what_json_has_no_escape_for_is_refused_with_those_needed(text: str) -> None:
    with pytest.raises(ValueError, match=r'" and \\ are written as'):
        split(text)


@given(st.lists(st.text()))
def test_quoted_texts_are_read_back(texts: list[str]) -> None:
    assert split(" ".join(map(quote, texts))) == texts


@given(st.text(), st.text())
def test_a_quoted_text_stands_for_itself_within_a_token(before: str, text: str) -> None:
    assert split(f"{quote(before)}={quote(text)}") == [f"{before}={text}"]


@given(st.text())
def test_a_quoted_text_is_one_line_of_ascii_and_a_string_of_json(text: str) -> None:
    quoted = quote(text)
    assert quoted.isascii()
    assert quoted.isprintable()
    assert json.loads(quoted) == text


FRAGMENTS = ["a ", '"', "'", "\\", '\\"', '""']


def test_splitting_takes_no_longer_than_the_text_is_long() -> None:
    # A scan that began again at every character would take fifty times as long.
    taken, text = slowest(
        "imagen_fake.directives.directives", "split", [*repeated(FRAGMENTS, 10_000)]
    )
    assert taken < 0.1, text


MODEL = "imagen-4.0-generate-001"
PATH = f"/v1/projects/p/locations/l/publishers/google/models/{MODEL}:predict"


def ask(fake: InProcess, method: str, path: str, body: Any, header: str = "") -> Any:
    headers = ((b"x-imagen-fake", header.encode()),) if header else ()
    raw = json.dumps(body).encode()
    return json.loads(fake.ask(Request(method, f"http://fake{path}", headers, raw)).body)


@given(st.text(min_size=1, max_size=80))
def test_a_quoted_text_comes_back_through_prompt_header_and_rule(text: str) -> None:
    with closing(InProcess(State(Config()))) as fake:
        directive = f"error=503:{quote(text)}"
        body = {"instances": [{"prompt": "a cat"}]}
        within = {"instances": [{"prompt": f"a cat [fake: {directive}]"}]}
        by_prompt = ask(fake, "POST", PATH, within)
        by_header = ask(fake, "POST", PATH, body, directive)
        ask(fake, "PUT", "/_fake/rules/mine", {"directives": directive})
        by_rule = ask(fake, "POST", PATH, body)
    assert [one["error"]["message"] for one in (by_prompt, by_header, by_rule)] == [text] * 3
