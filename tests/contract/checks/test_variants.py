"""Cases made from a case."""

from imagen_fake.contract.checks.variants import (
    has_parameters,
    lossless_case,
    task_case,
    with_changes,
    with_label,
)
from imagen_fake.contract.exchange import Case
from tests.contract.sample_cases import IMAGEN_3, IMAGEN_4, TOO_MANY, ask, generate_case


def test_a_variant_has_one_spelling_of_each_parameter() -> None:
    case = with_changes(generate_case(sample_count=3.0, aspect_ratio=None), "two", sampleCount=2)
    assert case.body["parameters"] == {"sampleCount": 2}


def test_none_takes_a_parameter_away() -> None:
    assert with_changes(generate_case(seed=1), "no seed", seed=None).body["parameters"] == {}


def test_a_variant_may_have_another_instance() -> None:
    (instance,) = with_changes(generate_case(), "pear", {"prompt": "a pear"}).body["instances"]
    assert instance == {"prompt": "a pear"}


def test_a_repeated_request_differs_in_its_bytes_alone() -> None:
    case = generate_case(IMAGEN_3, IMAGEN_3, sampleCount=1, seed=3, addWatermark=False)
    again = with_label(case, "again")
    first, second = ask(case), ask(again)
    assert first.request.body != second.request.body
    assert first.response.body == second.response.body


def test_a_lossless_variant_is_one_unmarked_png() -> None:
    case = lossless_case(
        generate_case(sampleCount=4, outputOptions={"mimeType": "image/jpeg"}), "PNG"
    )
    assert case.body["parameters"] == {
        "sampleCount": 1,
        "addWatermark": False,
        "outputOptions": {"mimeType": "image/png"},
        "enhancePrompt": False,
    }


def test_a_case_of_a_task_is_answered() -> None:
    case = task_case("generate", {"prompt": "x"}, sampleCount=1)
    assert ask(case).response.status == 200


def test_only_parameters_with_an_effect_are_taken() -> None:
    assert has_parameters(generate_case(model=IMAGEN_4), "seed", "sampleCount")
    assert not has_parameters(generate_case(model=IMAGEN_4), "negativePrompt")
    assert not has_parameters(generate_case(surface="gemini"), "seed")
    assert not has_parameters(TOO_MANY, "seed")
    assert not has_parameters(Case("n", "openai", IMAGEN_4, "generate", {"prompt": "x"}), "seed")
