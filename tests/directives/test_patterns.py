import pytest

from imagen_fake import spec
from imagen_fake.directives.patterns import (
    ENUMERABLE,
    LONGEST_PATTERN,
    pattern,
    possible_calls,
    refuse_impossible,
)
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"


@sweep(
    ("written", "text", "fits"),
    [
        ("imagen-4*", "imagen-4.0-generate-001", True),
        ("imagen-4*", "an imagen-4", False),
        ("*APPLE*", "two\napples", True),
        ("a.b", "axb", False),
        ("[ab]?", "bz", True),
        ("[!ab]", "a", False),
        ("[", "[", True),
        ("[z-a]", "b", False),
        (r"a\*", r"a\bc", True),
        ("", "", True),
    ],
)
def test_a_pattern_matches_the_whole_text_without_case(written: str, text: str, fits: bool) -> None:
    assert bool(pattern(written).match(text)) is fits


def test_a_long_pattern_is_refused() -> None:
    assert pattern("?" * LONGEST_PATTERN).match("a" * LONGEST_PATTERN)
    with pytest.raises(ValueError, match="up to 250 characters"):
        pattern("?" * (LONGEST_PATTERN + 1))


def refusal(**written: str) -> str:
    with pytest.raises(ValueError, match="matches no") as caught:
        refuse_impossible({part: pattern(text) for part, text in written.items()}, written)
    return str(caught.value)


@pytest.mark.parametrize(
    ("part", "written", "meant"),
    [
        ("surface", "vertx", "vertex"),
        ("surface", "Gemni", "gemini"),
        ("task", "upscal", "upscale"),
        ("model", "imagen-4.0-generat-001", MODEL),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest(part: str, written: str, meant: str) -> None:
    assert refusal(**{part: written}) == (
        f"{f'{part}={written}'!r} matches no {part}. Did you mean {meant}?"
    )


@pytest.mark.parametrize("part", ENUMERABLE)
def test_a_strange_name_is_refused_with_all_that_there_are(part: str) -> None:
    told = refusal(**{part: "?"})
    assert all(one[part] in told for one in possible_calls())


@pytest.mark.parametrize(
    "written",
    [
        {"surface": "gemini", "model": "imagetext*"},
        {"surface": "gemini", "task": "edit"},
        {"surface": "openai", "model": "imagen-4*", "task": "customize"},
        {"model": MODEL, "task": "segment"},
        {"surface": "aiml", "task": "edit"},
    ],
)
def test_names_that_never_come_together_are_refused(written: dict[str, str]) -> None:
    assert all(f"{part}={text}" in refusal(**written) for part, text in written.items())


@sweep("one", possible_calls(), ids=lambda one: " ".join(one.values()))
def test_every_call_there_can_be_has_a_rule(one: dict[str, str]) -> None:
    refuse_impossible({part: pattern(text) for part, text in one.items()}, one)


def test_of_prompts_nothing_is_known_beforehand() -> None:
    refuse_impossible({"prompt": pattern("nobody ever asks this")}, {"prompt": ""})


def test_models_surfaces_and_tasks_are_those_of_the_facts() -> None:
    assert {one["model"] for one in possible_calls()} == set(spec.all_model_ids())
    assert {one["surface"] for one in possible_calls()} == {"vertex", "gemini", "openai", "aiml"}
    files = (spec.ROOT / "tasks").iterdir()
    assert {one["task"] for one in possible_calls()} == {*(file.stem for file in files), "content"}
