import jsonschema_rs
import pytest

from imagen_fake import spec
from imagen_fake.openapi.images import dialect_body

OPENAI, AIML = spec.surface("openai"), spec.surface("aiml")
VERTEX = spec.surface("vertex")
PLAIN = {"model": "imagen-3.0-generate-002", "prompt": "a red apple"}


def spoken(**fields: object) -> list[str]:
    return [
        one.name
        for one in (OPENAI, AIML)
        if jsonschema_rs.is_valid(
            dict(dialect_body(one, [OPENAI, AIML], VERTEX)), {**PLAIN, **fields}
        )
    ]


def test_a_body_is_of_one_dialect() -> None:
    assert spoken() == ["aiml"]
    assert spoken(n=None) == ["aiml"]
    assert spoken(n=2) == ["openai"]
    assert spoken(num_images=2) == ["aiml"]


def test_a_seed_and_a_watermark_exclude_each_other() -> None:
    assert spoken(seed=7) == ["aiml"]
    assert spoken(seed=7, add_watermark=True) == []


@pytest.mark.parametrize(
    ("model", "taken"),
    [("imagen-4.0-ultra-generate-preview-06-06", False), ("imagen-4.0-generate-001", True)],
)
def test_no_more_pictures_are_taken_than_the_model_makes(model: str, taken: bool) -> None:
    assert bool(spoken(model=model, n=2)) == taken
