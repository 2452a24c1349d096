"""The register of relations."""

from PIL import Image

from imagen_fake.contract.checks.relation import RELATIONS, first_picture, pixels, relation
from tests.contract.sample_cases import PLAIN, TOO_MANY, ask, generate_case


def test_a_relation_is_registered_under_its_name() -> None:
    try:
        decorated = relation("never broken", lambda _: True)(lambda _ask, _case: iter(()))
        assert RELATIONS["never broken"].rule is decorated
        assert RELATIONS["never broken"].applies(PLAIN)
    finally:
        del RELATIONS["never broken"]


def test_the_pixels_are_those_of_every_picture() -> None:
    exchange = ask(generate_case(sampleCount=2))
    first = first_picture(exchange)
    assert isinstance(first, Image.Image)
    assert len(pixels(exchange)) == 2
    assert pixels(exchange)[0] == first.convert("RGB").tobytes()


def test_a_refusal_has_no_pictures() -> None:
    refused = ask(TOO_MANY)
    assert (first_picture(refused), pixels(refused)) == (None, [])
