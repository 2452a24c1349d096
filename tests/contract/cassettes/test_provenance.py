"""Where a recording comes from."""

from datetime import date

from imagen_fake import spec
from imagen_fake.contract.cassettes.provenance import MAX_LENGTH, SERVICE, provenance_of
from imagen_fake.contract.exchange import Difference, Fact
from tests.contract.sample_cases import TOO_MANY

FOUND = Difference("message", Fact("errors.json#/errors/sample_count", "assumed"), "this", "that")


def test_a_recording_of_the_service_has_its_source_and_the_projects_licence() -> None:
    made = provenance_of(TOO_MANY, [], "vertex", str)
    assert (made.sources, made.license, made.grade) == ((SERVICE,), "Apache-2.0", "recorded")
    assert SERVICE in spec.table("sources")["sources"]
    assert (made.case, made.shows) == (TOO_MANY.name, f"{TOO_MANY.name}.")
    assert made.date == date.today().isoformat()


def test_a_recording_of_what_stands_in_for_it_has_not() -> None:
    made = provenance_of(TOO_MANY, [], "vertex at http://127.0.0.1:1", str)
    assert (made.sources, made.license) == (("vertex at http://127.0.0.1:1",), "yours")


def test_findings_are_kept_scrubbed_and_cut() -> None:
    (finding,) = provenance_of(
        TOO_MANY, [FOUND], "vertex", lambda text: text.replace("that", "x" * 5000)
    ).findings
    assert finding == {
        "check": "message",
        "fact": FOUND.fact.pointer,
        "grade": "assumed",
        "expected": "this",
        "observed": "x" * MAX_LENGTH,
    }
