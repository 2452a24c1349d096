"""Fields below parts."""

from imagen_fake.contract.probes.content.parts import content_part_probes, expect_elsewhere
from tests.contract.probes.content.answering import noticed, plain


def test_a_picture_that_should_be_elsewhere_is_noticed() -> None:
    pointer = "content/request.json#/$defs/OutputConfig/properties/outputUriPrefix"
    assert noticed(expect_elsewhere(pointer), plain()) == {"delivery"}


def test_both_surfaces_are_asked() -> None:
    assert {probe.case.surface for probe in content_part_probes()} == {"gemini", "vertex"}
