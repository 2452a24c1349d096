"""Relations of outputs, broken on purpose."""

import json
from dataclasses import replace

from imagen_fake.contract.checks.output_relations import element_outlines
from imagen_fake.contract.exchange import Case
from tests.contract.checks.test_seed_relations import differences, without
from tests.contract.sample_cases import PLAIN, true_exchange


def test_a_ratio_that_changes_no_size_is_reported() -> None:
    (found,) = differences("ratio", without("aspectRatio", "aspectRatio", "1:1"), PLAIN)
    assert (found.check, found.expected) == ("ratio", "another size")


def test_a_ratio_that_changes_the_type_is_reported() -> None:
    def change(case: Case) -> Case:
        wide = case.body["parameters"].get("aspectRatio") != "1:1"
        options = {"outputOptions": {"mimeType": "image/jpeg"}} if wide else {}
        return replace(case, body={**case.body, "parameters": {
            **case.body["parameters"], **options}})  # fmt: skip

    assert [one.check for one in differences("ratio", change, PLAIN)] == ["ratio"]


def test_an_envelope_has_no_pixels() -> None:
    first, second = element_outlines(true_exchange("pictures"))
    assert first == second == "bytesBase64Encoded, mimeType, prompt: image/png"
    assert len(json.dumps(first)) < 100


def test_a_format_without_colours_is_reported() -> None:
    def change(case: Case) -> Case:
        kind = case.body["parameters"].get("outputOptions", {}).get("mimeType")
        instance = (
            {"prompt": "a white cloud"} if kind == "image/webp" else case.body["instances"][0]
        )
        return replace(case, body={**case.body, "instances": [instance]})

    (found,) = differences("formats", change, PLAIN)
    assert "image/webp" in found.observed
