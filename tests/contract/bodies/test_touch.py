"""Touching facts: what a body keeps, breaks, and sees in its answer."""

from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.touch import answered, error_text, of_broken, of_plain
from imagen_fake.contract.exchange import Broken

GENERATE = Form("imagegeneration@002", "generate", "vertex")
OWN = "models/imagegeneration@002.json#/tasks/generate"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


def test_a_field_touches_its_rules_in_the_file_that_says_them() -> None:
    assert f"{OWN}/parameters/sampleCount/maximum" in set(of_plain(GENERATE, BODY))


def test_a_missing_field_touches_its_default() -> None:
    touched = set(of_plain(GENERATE, BODY))
    assert f"{OWN}/parameters/addWatermark/default" in touched
    assert f"{OWN}/parameters/aspectRatio/enum" not in touched


def test_a_broken_rule_touches_itself_and_the_words_of_its_refusal() -> None:
    steps = ("$defs", "parameters", "properties", "aspectRatio", "enum")
    touched = set(of_broken(GENERATE, steps, Broken("enum", "aspectRatio", "aspect_ratio")))
    assert {f"{OWN}/parameters/aspectRatio/enum", "errors.json#/errors/aspect_ratio"} <= touched


def test_an_alias_touches_whom_it_stands_for() -> None:
    form = Form("imagegeneration", "generate", "vertex")
    assert "models/imagegeneration.json#/aliasOf" in set(of_plain(form, BODY))


def test_other_surfaces_have_other_words() -> None:
    form = Form("imagen-4.0-generate-001", "generate", "openai")
    assert error_text(form, "keyword_type") == "errors.json#/errors/images_type"


def test_an_answer_touches_the_size_of_its_pictures() -> None:
    assert "tables/image_sizes.json#/sizes/imagen-1/value" in set(answered(GENERATE, BODY))
