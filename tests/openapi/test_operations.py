import pytest

from imagen_fake import spec
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.operations import error_descriptions, operation, responses

GEMINI, OPENAI = spec.surface("gemini"), spec.surface("openai")


def test_every_status_that_an_error_has_is_described() -> None:
    codes = spec.table("status_codes")["codes"]
    errors = spec.read("errors.json")["errors"].values()
    assert error_descriptions().keys() == {
        error.get("http", codes[error["status"]]["http"]) for error in errors
    }


def test_what_a_status_is_sent_for_is_told() -> None:
    assert (
        "* `RESOURCE_EXHAUSTED`: more requests than the quota on the Gemini API"
        in error_descriptions()[429]
    )


def test_an_answer_has_the_headers_of_its_surface() -> None:
    shown = responses(Components(), GEMINI, {})["200"]["headers"]
    assert {"server", "vary", "server-timing", "x-imagen-fake"} <= shown.keys()
    assert "content-type" not in shown


@pytest.mark.parametrize(("surface", "schemes"), [(GEMINI, 3), (OPENAI, 1)])
def test_an_operation_names_the_credentials_that_its_surface_takes(
    surface: spec.Surface, schemes: int
) -> None:
    described = operation(Components(), "name", "title", surface, {})
    assert len(described["security"]) == schemes
