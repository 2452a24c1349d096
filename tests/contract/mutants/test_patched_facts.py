"""Fakes that read other facts."""

import json
from pathlib import Path

import pytest

from imagen_fake import spec
from imagen_fake.contract.mutants.patched_facts import Patch, patched_copy


def test_a_copy_has_the_changes_and_the_original_has_not(tmp_path: Path) -> None:
    root = patched_copy(tmp_path, Patch({"errors.json#/errors/aspect_ratio/message": "No."},
                                     ["surfaces/gemini.json#/serverTiming"]))  # fmt: skip
    errors = json.loads((root / "errors.json").read_bytes())
    gemini = json.loads((root / "surfaces" / "gemini.json").read_bytes())
    assert errors["errors"]["aspect_ratio"]["message"] == "No."
    assert "serverTiming" not in gemini
    assert "serverTiming" in spec.surface("gemini").facts


def test_an_item_of_a_list_can_be_left_out(tmp_path: Path) -> None:
    root = patched_copy(tmp_path, Patch(removed=["surfaces/vertex.json#/headers/value/6"]))
    headers = json.loads((root / "surfaces" / "vertex.json").read_bytes())["headers"]["value"]
    assert ["x-frame-options", "SAMEORIGIN"] not in headers
    assert len(headers) == 7


def test_a_change_of_what_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        patched_copy(tmp_path, Patch(removed=["errors.json#/errors/no_such_error"]))
