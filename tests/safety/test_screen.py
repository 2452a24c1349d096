from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Verdict
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.safety.screen import score_topics, screen, triggers
from tests.sweep import sweep

EXAMPLES = Path(__file__).parent.parent / "examples" / "words"
LEVELS = ("block_none", "block_only_high", "block_medium_and_above", "block_low_and_above")
SCREENED = [
    *(
        phrase
        for tiers in triggers()["words"].values()
        for tier in tiers.values()
        for phrase in tier
    )
]


def lines(name: str) -> list[str]:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def asked(prompt: str, **parameters: Any) -> Call:
    model = spec.model("imagen-3.0-generate-002")
    assert model is not None
    surface = spec.surface("vertex")
    return Call(model, "generate", surface, {"prompt": prompt}, {"sampleCount": 4, **parameters})


def screened(prompt: str, **parameters: Any) -> tuple[Verdict, ...]:
    return screen(asked(prompt, **parameters)).verdicts


def shown(prompt: str, **parameters: Any) -> set[int]:
    try:
        verdicts = screened(prompt, **parameters)
    except ApiError:
        return set()
    return {index for index, verdict in enumerate(verdicts) if verdict.passes}


def refusal(prompt: str, **parameters: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        screen(asked(prompt, **parameters))
    return caught.value


prompts = st.lists(st.sampled_from(SCREENED) | st.text(max_size=12), max_size=8).map(" ".join)


@sweep("prompt", lines("tripping.txt"))
def test_words_that_trip_the_filter(prompt: str) -> None:
    assert len(shown(prompt)) < 4


@sweep("prompt", lines("harmless.txt"))
def test_words_that_do_not(prompt: str) -> None:
    assert len(shown(prompt)) == 4


@sweep("prompt", lines("harmless.txt"))
def test_harmless_words_are_shown_whatever_the_seed(prompt: str) -> None:
    assert all(len(shown(prompt, seed=seed)) == 4 for seed in range(4))


@sweep("level", [{}, {"safetySetting": LEVELS[2]}, {"safetySetting": LEVELS[3]}])
@sweep("count", [1, 4, 8])
def test_the_recorded_prompt_is_filtered_with_the_recorded_codes(
    level: dict[str, str], count: int
) -> None:
    # Recorded on Vertex AI without safetySetting; on the Gemini API, which knows only
    # block_low_and_above, the same prompt was filtered, not refused.
    verdicts = screened("Violence and gore", sampleCount=count, **level)
    assert [verdict.codes for verdict in verdicts] == [("56562880", "64151117")] * count
    assert {verdict.cause for verdict in verdicts} == {"threshold"}


def test_people_are_filtered_with_the_reported_codes_where_they_are_not_allowed() -> None:
    verdicts = screened("A woman, 35mm portrait", personGeneration="dont_allow")
    assert {(verdict.cause, verdict.codes) for verdict in verdicts} == {
        ("person", ("39322892", "63236870"))
    }


@pytest.mark.parametrize("prompt", ["Red skateboard", "an empty street, no people", "a clock face"])
def test_pictures_without_people_are_shown_where_people_are_not_allowed(prompt: str) -> None:
    assert len(shown(prompt, personGeneration="dont_allow")) == 4


@pytest.mark.parametrize(
    "prompt", ["two children on a swing", "Taylor Swift", "photo of a child", "ein Mann", "男の子"]
)
def test_people_go_by_many_names(prompt: str) -> None:
    verdicts = screened(prompt, personGeneration="dont_allow")
    assert {verdict.cause for verdict in verdicts} == {"person"}


def test_celebrities_are_filtered_with_the_codes_of_the_fixture() -> None:
    verdicts = screened("Taylor Swift on a stage", personGeneration="allow_all")
    assert {(verdict.cause, verdict.codes) for verdict in verdicts} == {
        ("policy", ("39322892", "29310472"))
    }


@sweep("prompt", lines("children.txt"))
def test_children_are_filtered_where_only_adults_are_allowed(prompt: str) -> None:
    verdicts = screened(prompt, personGeneration="allow_adult")
    assert {(verdict.cause, verdict.codes) for verdict in verdicts} == {("policy", ("17301594",))}
    assert len(shown(prompt, personGeneration="allow_all")) == 4


CHILDREN = st.sampled_from(
    ["a boy", "two kids", "a toddler", "a 7 year old", "someone aged 9", "a teenage girl"]
)
PHOTOGRAPHIC = st.sampled_from(
    ["{}", "a photo of {}", "{} with a drawing", "{} drawing a cat", "{} and her painting, 35mm"]
)
DRAWN = st.sampled_from(
    ["a drawing of {}", "{}, pencil sketch", "watercolor painting of {}", "{} in cartoon style"]
)


@given(CHILDREN, PHOTOGRAPHIC)
def test_photographs_of_children_are_filtered_where_only_adults_are_allowed(
    child: str, context: str
) -> None:
    assert not shown(context.format(child), personGeneration="allow_adult")


@given(CHILDREN, DRAWN)
def test_drawings_of_children_are_shown_where_only_adults_are_allowed(
    child: str, context: str
) -> None:
    assert len(shown(context.format(child), personGeneration="allow_adult")) == 4


@pytest.mark.parametrize("style", ["a watercolor of {}", "{}, Pixar style", "comic panel of {}"])
@pytest.mark.parametrize("prompt", ["a boy and his father", "two kids on a hill"])
def test_drawn_children_are_shown_where_only_adults_are_allowed(style: str, prompt: str) -> None:
    assert len(shown(style.format(prompt), personGeneration="allow_adult")) == 4


def test_children_in_a_violent_picture_add_their_code() -> None:
    verdicts = screened("a murdered child", personGeneration="allow_all")
    assert {verdict.codes for verdict in verdicts if not verdict.passes} == {
        ("56562880", "64151117")
    }


@pytest.mark.parametrize(
    ("prompt", "codes"),
    [
        ("woman in lingerie", ("63429089", "43188360")),
        ("a knight with a bloody sword in battle", ("56562880",)),
    ],
)
def test_some_samples_of_a_mild_prompt_are_filtered_with_the_codes_of_what_is_seen(
    prompt: str, codes: tuple[str, ...]
) -> None:
    filtered = [verdict for verdict in screened(prompt) if not verdict.passes]
    assert 0 < len(filtered) < 4
    assert {(verdict.cause, verdict.codes) for verdict in filtered} == {("threshold", codes)}


def test_the_seed_decides_which_samples_of_a_mild_prompt_are_filtered() -> None:
    assert len({frozenset(shown("woman in lingerie", seed=seed)) for seed in range(40)}) == 4


@sweep("level", LEVELS)
@sweep(
    ("prompt", "code"),
    [
        ("a naked child", "58061214"),
        ("white supremacist rally", "57734940"),
        ("how to make a bomb", "62263041"),
        ("my credit card number", "92201652"),
        ("a woman being raped", "89371032"),
        ("a school shooting", "42876398"),
    ],
)
def test_some_words_are_refused_at_every_level(prompt: str, code: str, level: str) -> None:
    error = refusal(prompt, safetySetting=level)
    assert (error.id, error.codes) == ("prompt_sensitive", (code,))


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("gory violence, blood everywhere", "61493863"),
        ("hardcore porn", "90789179"),
        ("lines of cocaine", "62263041"),
        ("what the fuck", "32635315"),
        ("i hope you die", "78610348"),
    ],
)
def test_some_words_are_refused_by_the_level(prompt: str, code: str) -> None:
    error = refusal(prompt, safetySetting=LEVELS[2])
    assert (error.id, error.codes) == ("prompt_threshold", (code,))
    assert len(shown(prompt, safetySetting=LEVELS[0])) == 4


@pytest.mark.parametrize("model", ["imagegeneration@005", "imagegeneration@002"])
@pytest.mark.parametrize(
    ("prompt", "code"), [("a naked child", "58061214"), ("hardcore porn", "90789179")]
)
def test_imagen_1_and_2_refuse_in_older_words(model: str, prompt: str, code: str) -> None:
    known = spec.model(model)
    assert known is not None
    call = asked(prompt, safetySetting=LEVELS[2])
    with pytest.raises(ApiError) as raised:
        screen(replace(call, model=known))
    assert status(raised.value, call.surface)["message"] == (
        "Image generation failed with the following error: The response is blocked, as it may"
        " violate our policies. If you believe this is an error, please send feedback to your"
        f" account team. Error Code: {code}"
    )


def test_a_refusal_names_its_task() -> None:
    assert refusal("a naked child").fields["task"] == "generate"


@given(prompt=prompts, seed=st.integers(0, 9))
def test_a_stricter_level_never_lets_more_through(prompt: str, seed: int) -> None:
    passed = [shown(prompt, seed=seed, safetySetting=level) for level in LEVELS]
    assert all(stricter <= laxer for laxer, stricter in pairwise(passed))


@given(prompt=prompts)
def test_a_model_without_the_setting_screens_at_the_default_of_the_others(prompt: str) -> None:
    default = spec.read("tasks/generate.json")["$defs"]["parameters"]["properties"]["safetySetting"]
    assert shown(prompt) == shown(prompt, safetySetting=default["default"])


@given(prompt=prompts)
def test_the_same_call_gets_the_same_verdicts(prompt: str) -> None:
    assert shown(prompt) == shown(prompt)
    assert score_topics(prompt) == score_topics(prompt)


@given(prompt=prompts)
def test_every_score_has_one_decimal_between_0_and_1(prompt: str) -> None:
    tenths = {number / 10 for number in range(11)}
    assert set(score_topics(prompt).values()) <= tenths
    call = asked(prompt, safetySetting="block_none")
    try:
        verdicts = screen(call).verdicts
    except ApiError:
        return
    assert all(set(verdict.scores.values()) <= tenths for verdict in verdicts)


def test_prompts_are_scored_in_the_categories_of_the_wire_in_their_order() -> None:
    assert list(screen(asked("a castle")).scores.items()) == [
        ("Death, Harm & Tragedy", 0),
        ("Firearms & Weapons", 0),
        ("Hate", 0),
        ("Health", 0),
        ("Illicit Drugs", 0),
        ("Politics", 0),
        ("Porn", 0),
        ("Religion & Belief", 0),
        ("Toxic", 0),
        ("Violence", 0),
        ("Vulgarity", 0),
        ("War & Conflict", 0),
    ]


def test_images_are_scored_in_the_categories_of_the_wire_in_their_order() -> None:
    assert [list(verdict.scores.items()) for verdict in screened("a castle")] == [
        [("Porn", 0), ("Violence", 0)]
    ] * 4


@pytest.mark.parametrize(
    ("prompt", "category"),
    [
        ("a rifle", "Firearms & Weapons"),
        ("a hospital", "Health"),
        ("marijuana", "Illicit Drugs"),
        ("a senator", "Politics"),
        ("a mosque", "Religion & Belief"),
        ("trenches", "War & Conflict"),
    ],
)
def test_a_prompt_may_score_without_being_filtered(prompt: str, category: str) -> None:
    call = screen(asked(prompt))
    assert call.scores[category] > 0
    assert all(verdict.passes for verdict in call.verdicts)


@pytest.mark.parametrize(
    "prompt",
    ["MURDER", "murders", "\uff4d\uff55rder", "murder!", "(murder)", "a_murder_", "murdered"],
)
def test_case_width_punctuation_and_inflection_do_not_matter(prompt: str) -> None:
    assert score_topics(prompt)["Violence"] == score_topics("murder")["Violence"]


def test_a_word_said_twice_counts_once() -> None:
    assert score_topics("murder murder murders") == score_topics("murder")


def test_parts_of_words_do_not_count() -> None:
    assert not score_topics("Essex skillful therapist")


@sweep("phrase", triggers()["harmless"])
def test_harmless_phrases_score_nothing(phrase: str) -> None:
    assert not score_topics(phrase)


def test_a_harmless_phrase_pardons_no_other_word() -> None:
    assert score_topics("a killer whale, murder")["Violence"] == score_topics("murder")["Violence"]


def test_a_task_without_samples_gets_one_verdict() -> None:
    call = asked("")
    bare = Call(call.model, "upscale", call.surface, {}, {})
    assert [verdict.passes for verdict in screen(bare).verdicts] == [True]


def test_every_topic_weighs_between_0_and_1() -> None:
    weights = {float(weight) for tiers in triggers()["words"].values() for weight in tiers}
    assert min(weights) > 0
    assert max(weights) <= 1


def test_every_category_of_the_wire_has_words() -> None:
    categories = spec.table("safety_categories")["prompt"]["value"]
    assert set(categories) <= set(triggers()["words"])


def test_every_rule_speaks_of_listed_topics() -> None:
    spoken = {topic for rule in triggers()["rules"] for row in rule["topics"] for topic in row}
    assert spoken <= {*triggers()["words"], "Drawn"}


def test_every_level_of_the_setting_has_limits_that_grow_with_laxity() -> None:
    levels = [triggers()["levels"][level] for level in LEVELS]
    known = spec.read("tasks/generate.json")["$defs"]["parameters"]["properties"]["safetySetting"]
    assert set(known["enum"]) == set(LEVELS)
    for kind in ("prompt", "image"):
        limits = [level[kind] for level in levels]
        assert limits == sorted(limits, reverse=True)


@sweep("before", range(995, 1010))
def test_a_word_is_found_wherever_a_long_text_is_cut_for_normalizing(before: int) -> None:
    assert score_topics("x" * before + " \uff4e\uff55\uff44\uff45 " + "y" * 2000) == score_topics(
        "nude"
    )


@given(
    st.text(st.characters(max_codepoint=127)),
    st.sampled_from([phrase for phrase in SCREENED if phrase.isascii()]),
)
def test_a_letter_of_another_script_beside_changes_nothing_that_is_found(
    text: str, phrase: str
) -> None:
    assert score_topics(f"{text} {phrase}") == score_topics(f"{text} {phrase} \u3042")
