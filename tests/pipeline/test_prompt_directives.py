from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.directives.directives import DirectiveError, parse, quote
from imagen_fake.pipeline.prompt_directives import (
    MAX_EXCERPT_LENGTH,
    MAX_PROMPT_LENGTH,
    SplitBody,
    split_directives,
)
from tests.cpu import repeated, slowest
from tests.sweep import sweep


def vertex(prompt: Any, **beside: Any) -> dict[str, Any]:
    return {"instances": [{"prompt": prompt, **beside}], "parameters": {"sampleCount": 1}}


def lifted(prompt: str) -> SplitBody:
    return split_directives({"prompt": prompt})


@sweep(
    ("prompt", "rest", "directives"),
    [
        ("a cat [fake: filter=2]", "a cat", "filter=2"),
        ("[fake: filter=2] a cat", "a cat", "filter=2"),
        ("a [fake: error=503 times=2] cat", "a cat", "error=503 times=2"),
        ("a cat[fake:drop]", "a cat", "drop"),
        ("a cat [FAKE: drop]", "a cat", "drop"),
        ("a\n[fake: drop]\ncat", "a\ncat", "drop"),
        ("[fake: drop] a [Fake: delay=1s] cat", "a cat", "drop delay=1s"),
        ('a [fake: error="503:a]b"] cat', "a cat", 'error="503:a]b"'),
        (r'a [fake: error="503:\"]\\"] cat', "a cat", r'error="503:\"]\\"'),
        ("a [fake: 'error=503:]\"'] cat]", "a cat]", "'error=503:]\"'"),
        ("a [fake: drop] it's", "a it's", "drop"),
        ("a [real] cat", "a [real] cat", ""),
        ("a cat", "a cat", ""),
        ("[", "[", ""),
    ],
)
def test_directives_are_lifted_from_a_prompt(prompt: str, rest: str, directives: str) -> None:
    assert split_directives(vertex(prompt)) == (vertex(rest), directives, ())
    assert split_directives({"model": "m", "prompt": prompt}) == (
        {"model": "m", "prompt": rest}, directives, ()
    )  # fmt: skip


HALF_WRITTEN = [
    "[fake: error=503",
    "[fake: error=503\n] a dog",
    "[fake: error=503\r\n times=2]",
    '[fake: error="503:a\nb"]',
    "[fake:]",
    "[fake: ]",
    "[fake error=503]",
    "[fake score.Hate=1]",
    "[fake drop]",
    "[fake, drop]",
    "[fake = drop]",
    "[fake : error=503]",
    "[ fake: error=503]",
    "[\nfake\n:\nerror=503]",
    "(fake: error=503)",
    "{fake: error=503}",
    "<fake: error=503>",
    "(FAKE drop)",
    "\uff3bfake\uff1aerror=503\uff3d",
    "[fake\uff1a error=503]",
    "\u3010fake: error=503\u3011",
    "\u3014fake drop\u3015",
    "\u300cfake: drop\u300d",
    "[fake. error=503]",
    "[fake.drop]",
    "[fake\u200b: error=503]",
    "[\ufefffake: error=503]",
    "[fake\u200b drop]",
    "[fake:\u200b",
]


@sweep("words", HALF_WRITTEN)
@sweep("around", ["{}", "a cat {}", "{} a cat", "a {} (fake flowers) cat"])
def test_of_half_written_directives_a_warning_tells(words: str, around: str) -> None:
    prompt = around.format(words)
    body, directives, warnings = split_directives(vertex(prompt))
    assert (body, directives) == (vertex(prompt), "")
    [warning] = warnings
    shown = prompt[prompt.index(words) :][:MAX_EXCERPT_LENGTH]
    assert warning == (
        f"{shown!r} in the prompt is taken as words of it, not as directives: those stand"
        " on one line as [fake: …]."
    )


@sweep("words", HALF_WRITTEN)
def test_whole_directives_before_half_written_ones_are_lifted(words: str) -> None:
    rest, directives, warnings = lifted(f"a cat [fake: drop]\n{words}")
    assert (rest, directives) == ({"prompt": f"a cat\n{words}"}, "drop")
    assert len(warnings) == 1


@pytest.mark.parametrize("words", ["[fake: drop", "(fake: drop)", "[fake drop]"])
def test_whole_directives_on_a_line_after_half_written_ones_are_lifted(words: str) -> None:
    rest, directives, warnings = lifted(f"{words}\na cat [fake: filter=1]")
    assert (rest, directives, len(warnings)) == ({"prompt": f"{words}\na cat"}, "filter=1", 1)


@sweep(
    "prompt",
    [
        "a vase of [fake flowers]",
        "fake: a study in bronze",
        "a (fake) moustache: error=503",
        "[fakes: many]",
        "[a fake: drop]",
        "[fake drops]",
        "[fake times square]",
        "[fake. drop it]",
        "\u3010fake flowers\u3011",
    ],
)
def test_of_words_that_are_no_directives_nothing_is_said(prompt: str) -> None:
    assert lifted(prompt) == ({"prompt": prompt}, "", ())


def test_a_prompt_is_warned_of_once() -> None:
    assert len(lifted("(fake: drop) " * 1000).warnings) == 1


@pytest.mark.parametrize(
    "prompt",
    ["a [fake: error=503:it's gone] cat", 'a [fake: error="503:a]b] cat', "a [fake: drop'] 'b'"],
)
def test_an_open_quotation_mark_is_refused_not_overlooked(prompt: str) -> None:
    with pytest.raises(DirectiveError, match=r"not closed|no directive"):
        parse(lifted(prompt).directives)


def test_a_quotation_mark_is_not_closed_by_other_directives() -> None:
    directives = lifted('[fake: error="503:a]\n[fake: drop"]').directives
    with pytest.raises(DirectiveError, match="not closed"):
        parse(directives)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_quoted_text_is_lifted_whole(text: str, words: str) -> None:
    directive = f"error=503:{quote(text)}"
    assert lifted(f"a cat [fake: {directive}] {words}").directives.startswith(directive)


def test_a_prompt_of_directives_alone_stays_as_it_is() -> None:
    body = vertex("[fake: drop]")
    assert split_directives(body) == (body, "drop", ())


def test_lifting_keeps_everything_beside_the_prompt() -> None:
    body = vertex("a cat [fake: drop]", image={"gcsUri": "gs://a/b"})
    assert split_directives(body).body == vertex("a cat", image={"gcsUri": "gs://a/b"})
    assert body == vertex("a cat [fake: drop]", image={"gcsUri": "gs://a/b"})


def test_keys_are_found_in_any_spelling() -> None:
    assert split_directives({"INSTANCES": [{"Prompt": "a [fake: drop]"}]}) == (
        {"INSTANCES": [{"Prompt": "a"}]}, "drop", ()
    )  # fmt: skip


def test_only_the_first_instance_is_read() -> None:
    body = {"instances": [{"prompt": "a"}, {"prompt": "b [fake: drop]"}]}
    assert split_directives(body) == (body, "", ())


def test_a_negative_prompt_is_none() -> None:
    body = {"instances": [{"prompt": "a"}], "parameters": {"negativePrompt": "[fake: drop]"}}
    assert split_directives(body) == (body, "", ())


@sweep(
    "body",
    [None, 1, "a [fake: drop]", [], {}, {"prompt": None}, {"prompt": ["[fake: drop]"]},
     {"instances": []}, {"instances": "[fake: drop]"}, {"instances": [None]},
     {"instances": ["[fake: drop]"]}],
)  # fmt: skip
def test_odd_bodies_stay_as_they_are(body: Any) -> None:
    assert split_directives(body) == (body, "", ())


def test_each_spelling_of_the_prompt_is_lifted() -> None:
    assert split_directives({"prompt": "a [fake: drop] b", "Prompt": "c [fake: filter=1]"}) == (
        {"prompt": "a b", "Prompt": "c"}, "drop filter=1", ()
    )  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=30) | st.just("a [fake: drop] b"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["instances", "prompt", "Prompt", "x"]), inner)
    ),
    max_leaves=12,
)


@given(json_values)
def test_lifting_twice_lifts_nothing_more(body: Any) -> None:
    rest = split_directives(body).body
    again = split_directives(rest)
    assert again.body == rest
    assert set(again.directives.split()) <= {"drop"}


def test_a_prompt_longer_than_any_model_takes_is_left_alone() -> None:
    short, long = ("[fake: drop] a".ljust(MAX_PROMPT_LENGTH + more, "a") for more in (0, 1))
    assert lifted(short).directives == "drop"
    assert lifted(long) == ({"prompt": long}, "", ())


FRAGMENTS = ["[fake:", "[fake:a]", "[", " ", "]", '"', "'", '\\"', "\n", "(fake:", "[fake drop"]


def test_lifting_takes_no_longer_than_the_prompt_is_long() -> None:
    texts = [*repeated(FRAGMENTS, 10_000)]
    taken, text = slowest("tests.pipeline.test_prompt_directives", "lifted", texts)
    # A search that began again at every character would take fifteen times as long.
    assert taken < 0.125, text


@pytest.mark.parametrize(
    "prompt", ["[" + " " * 20_000, "[fake:" * 10_000, "[fake:" * 9_000 + "'", '[fake:\\"]' * 7_000]
)
def test_long_prompts_of_halves_take_milliseconds(prompt: str) -> None:
    taken, _ = slowest("tests.pipeline.test_prompt_directives", "lifted", [prompt])
    assert taken < 0.25


def test_one_instance_in_place_of_a_list_has_its_prompt_split() -> None:
    body = {"instances": {"prompt": "a cat [fake: drop]"}}
    assert split_directives(body) == ({"instances": {"prompt": "a cat"}}, "drop", ())
