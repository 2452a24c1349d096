"""Calls: where they go, what they cover, and which fact has the last word."""

from imagen_fake.contract.probes.content.calls import asking, everywhere, kinds, samples
from tests.contract.probes.content.answering import LITE


def test_a_rule_is_the_models_where_it_narrows_and_the_requests_elsewhere() -> None:
    assert LITE.rule("imageConfig", "aspectRatio").startswith(LITE.file)
    assert LITE.rule("generationConfig", "seed").startswith("content/request.json#")


def test_a_refusal_is_marked_as_free() -> None:
    assert LITE.probe("any", asking(), error="content_json").case.violation
    assert LITE.probe("any", asking()).case.violation is None


def test_samples_and_kinds_are_of_both_surfaces() -> None:
    for listed in (samples(), kinds()):
        assert {one.surface for one in listed} == {"gemini", "vertex"}


def test_an_alias_is_asked_where_it_is_served_alone() -> None:
    aliases = [one for one in everywhere() if one.model.id != one.name]
    assert {one.surface for one in aliases} == {"gemini"}
