"""Valid calls: each model in each of its shapes."""

from imagen_fake.contract.probes.content.values import content_value_probes, pixels_of, ratios
from tests.contract.probes.content.answering import LITE


def test_each_ratio_of_a_model_is_asked_for_with_its_size() -> None:
    names = {probe.case.name.partition("aspectRatio ")[2] for probe in content_value_probes()
             if probe.case.model == LITE.name}  # fmt: skip
    assert set(ratios(LITE)) == names - {""}
    table, (width, height) = pixels_of(LITE, "1K", "1:8")
    assert table == "content/sizes.json#/sizes/gemini-3-1K"
    assert height > 8 * width


def test_no_valid_call_is_marked_as_refused() -> None:
    assert not any(probe.case.violation for probe in content_value_probes())
