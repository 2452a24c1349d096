import json
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.config import Config
from imagen_fake.directives.quoting import quote, split
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.cpu import repeated, slowest
from tests.sweep import sweep


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
    taken, text = slowest("imagen_fake.directives.quoting", "split", [*repeated(FRAGMENTS, 10_000)])
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
