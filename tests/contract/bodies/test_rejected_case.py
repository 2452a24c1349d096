"""Cases that are refused for another reason than a rule of the schema."""

from imagen_fake.contract.bodies.rejected_case import rejected_case
from imagen_fake.contract.bodies.sample_models import generate_operation


def test_a_rejected_case_covers_its_error_in_the_words_of_its_surface() -> None:
    case = rejected_case(generate_operation("openai"), "no key", "credentials_missing")
    assert case.violation
    assert case.violation.error == "credentials_missing"
    assert case.facts == {"errors.json#/errors/images_key_missing"}


def test_without_a_body_it_is_the_minimal_one() -> None:
    operation = generate_operation("vertex")
    assert rejected_case(operation, "forced", "unavailable").body["instances"]
    assert rejected_case(operation, "forced", "unavailable", b"{").body == b"{"
