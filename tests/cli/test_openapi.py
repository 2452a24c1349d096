import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagen_fake import spec
from imagen_fake.cli.main import main
from imagen_fake.openapi import document


@pytest.mark.parametrize("surface", [*spec.surfaces(), None])
def test_the_document_is_printed(surface: str | None) -> None:
    chosen = ["--surface", surface] if surface else []
    result = CliRunner().invoke(main, ["openapi", *chosen])
    assert json.loads(result.output) == document(surface)


def test_the_document_is_written_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    order = ["openapi", "--surface", "gemini", "--base-url", "http://fake:1", "-o", str(file)]
    assert CliRunner().invoke(main, order).exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8")) == document("gemini", "http://fake:1")


def test_another_surface_is_refused() -> None:
    assert CliRunner().invoke(main, ["openapi", "--surface", "dream"]).exit_code == 2
