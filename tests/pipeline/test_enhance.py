from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Verdict
from imagen_fake.pipeline.enhance import enhance, rewrite, sentences, subject
from imagen_fake.spec import Surface
from tests.sweep import sweep

SHOWN = Verdict({"Porn": 0.0, "Violence": 0.0})
FILTERED = Verdict({"Porn": 0.0, "Violence": 0.9}, ("56562880",), "threshold")
SILENT = Surface("silent", {"rewrittenPrompt": {"value": []}})


def screened(prompt: str, *verdicts: Verdict, **parameters: Any) -> Call:
    model = spec.model("imagen-3.0-generate-002")
    assert model is not None
    surface = spec.surface("vertex")
    parameters = {"enhancePrompt": True, **parameters}
    return Call(model, "generate", surface, {"prompt": prompt}, parameters, verdicts=verdicts)


entropies = st.binary(min_size=32, max_size=32)
prompts = st.text() | st.lists(st.text(min_size=1, max_size=9), max_size=60).map(" ".join)


@given(prompt=prompts, entropy=entropies)
@example(prompt="", entropy=bytes(32))
@example(prompt=" \n\t ", entropy=bytes(32))
@example(prompt="🐈", entropy=bytes(32))
@example(prompt="a very long story. " * 500, entropy=bytes(32))
@example(prompt="word " * 5000, entropy=bytes(32))
@example(prompt="猫" * 5000, entropy=bytes(32))
def test_a_paragraph_has_60_to_130_words(prompt: str, entropy: bytes) -> None:
    assert 60 <= len(rewrite(prompt, entropy).split()) <= 130


@given(prompt=prompts, entropy=entropies)
def test_a_paragraph_is_one_line_that_opens_with_the_subject(prompt: str, entropy: bytes) -> None:
    paragraph = rewrite(prompt, entropy)
    assert paragraph.startswith(subject(prompt))
    assert "\n" not in paragraph


@given(prompt=prompts)
def test_a_subject_has_1_to_25_words_and_no_end_of_its_own(prompt: str) -> None:
    found = subject(prompt)
    assert 1 <= len(found.split()) <= 25
    assert found[-1] not in ".,;:!?"


@sweep(
    ("prompt", "expected"),
    [
        ("a siamese cat", "A siamese cat"),
        ("Red skateboard", "Red skateboard"),
        ("cat", "Cat"),
        ("draw a castle", "A castle"),
        ("Draw castle", "Castle"),
        ("draw me a sheep", "A sheep"),
        ("Please create an image of a dog wearing a hat!", "A dog wearing a hat"),
        ("Can you generate a photo of two balloons?", "Two balloons"),
        ("I'd like a picture of an apple", "An apple"),
        ("Imagine a world without war", "A world without war"),
        ("render 3 apples", "3 apples"),
        ("show jumping horse", "Show jumping horse"),
        ("design of a logo", "Design of a logo"),
        ("The cat sits on the mat.", "The cat sits on the mat"),
        ("a  cat\n on\ta mat", "A cat on a mat"),
        ('"a red apple"', "A red apple"),
        ("“a red apple.”", "A red apple"),
        ('a sign that says "Open"', 'A sign that says "Open"'),
        ('"Open" and "Closed"', '"Open" and "Closed"'),
        ("可愛い猫。", "可愛い猫"),
        ("एक बिल्ली", "एक बिल्ली"),
        ("🐈", "🐈"),
        ("{subject} {0} %s", "{subject} {0} %s"),
    ],
)
def test_the_subject_is_what_the_prompt_asks_for_in_its_own_words(
    prompt: str, expected: str
) -> None:
    assert subject(prompt) == expected


@pytest.mark.parametrize("prompt", ["", "  ", "!!!", '""', "..."])
def test_a_prompt_without_words_gets_a_subject_all_the_same(prompt: str) -> None:
    assert subject(prompt) == sentences()["nothing"]


def test_a_long_prompt_is_cut_where_a_clause_ends() -> None:
    clauses = "a lighthouse on a cliff, waves below, " + "and far away " * 20
    assert subject(clauses) == "A lighthouse on a cliff, waves below"


def test_a_long_prompt_without_clauses_is_cut_before_a_word_that_leads_on() -> None:
    assert subject("tall " * 22 + "ship on a stormy sea") == "Tall " + "tall " * 21 + "ship"


@given(prompt=prompts, entropy=entropies)
def test_the_same_entropy_gives_the_same_paragraph(prompt: str, entropy: bytes) -> None:
    assert rewrite(prompt, entropy) == rewrite(prompt, entropy)


def test_each_sample_gets_its_own_paragraph() -> None:
    rewritten = enhance(screened("a siamese cat", *[SHOWN] * 4)).rewritten
    assert len(set(rewritten)) == 4
    assert None not in rewritten


def test_other_entropy_gives_another_paragraph() -> None:
    digests = [sha256(bytes([number])).digest() for number in range(50)]
    assert len({rewrite("a siamese cat", digest) for digest in digests}) == 50


def test_a_filtered_sample_gets_no_paragraph() -> None:
    rewritten = enhance(screened("a siamese cat", SHOWN, FILTERED, SHOWN)).rewritten
    assert [text is None for text in rewritten] == [False, True, False]


@pytest.mark.parametrize("parameters", [{"enhancePrompt": False}, {"enhancePrompt": None}])
def test_nothing_is_rewritten_unasked(parameters: dict[str, Any]) -> None:
    assert enhance(screened("a cat", SHOWN, SHOWN, **parameters)).rewritten == (None, None)


def test_nothing_is_rewritten_on_a_surface_that_does_not_say_so() -> None:
    call = replace(screened("a cat", SHOWN, SHOWN), surface=SILENT)
    assert enhance(call).rewritten == (None, None)


def test_every_opening_has_8_to_12_words_beside_its_subject() -> None:
    openings = sentences()["openings"]
    assert all(opening.startswith("{subject}, ") for opening in openings)
    assert all(8 <= len(opening.split()) - 1 <= 12 for opening in openings)


def test_every_other_sentence_has_11_to_14_words() -> None:
    kinds = sentences()["sentences"].values()
    assert all(11 <= len(sentence.split()) <= 14 for kind in kinds for sentence in kind)


def test_no_sentence_slips_on_an_article() -> None:
    kinds = [sentences()["openings"], *sentences()["sentences"].values()]
    pairs = [pair for kind in kinds for line in kind for pair in pairwise(line.lower().split())]
    vowels = ("a", "e", "i", "o", "u", "honest")
    assert not [pair for pair in pairs if pair[0] == "a" and pair[1].startswith(vowels)]
    assert not [pair for pair in pairs if pair[0] == "an" and not pair[1].startswith(vowels)]
