"""A picture where there should be none is noticed."""

from imagen_fake.contract.probes.content.outcomes import content_outcome_probes, expect_no_picture
from tests.contract.probes.content.answering import noticed, plain


def test_a_picture_in_a_blocked_answer_is_noticed() -> None:
    assert noticed(expect_no_picture("content/outcomes.json#/byFilter"), plain()) == {"no picture"}


def test_reasons_of_one_surface_are_not_forced_on_the_other() -> None:
    names = {probe.case.name for probe in content_outcome_probes()}
    armour = [name for name in names if "finish=MODEL_ARMOR" in name]
    assert armour
    assert all(name.startswith("vertex") for name in armour)
