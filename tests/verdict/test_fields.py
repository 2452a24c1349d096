"""What was sent in vain, and what was left out."""

from imagen_fake import spec
from imagen_fake.pipeline.respond import Delivery
from imagen_fake.verdict.fields import field_findings
from imagen_fake.verdict.findings import merge
from tests.verdict.making import MODEL, entry

IGNORED = "parameters.negativePrompt has no effect on imagen-4.0-generate-001."
DEFAULT = Delivery(MODEL, "generate", 4, count_by_default=True)


def test_each_warning_is_a_finding_of_all_its_calls() -> None:
    calls = [entry(number=n, warnings=(IGNORED, "other")[:n]) for n in (1, 2)]
    found = list(merge(field_findings(calls)))
    assert [(one.check, one.severity, one.calls) for one in found] == [
        ("ignored-field", "warning", (1, 2)),
        ("ignored-field", "warning", (2,)),
    ]
    assert IGNORED in found[0].what


def test_that_a_model_is_deprecated_is_no_field() -> None:
    assert not list(field_findings([entry(warnings=(f"{MODEL} is deprecated; it is retired.",))]))


def test_a_count_by_default_is_blamed_with_the_default_of_the_schema() -> None:
    (finding,) = field_findings([entry(delivery=DEFAULT)])
    schema = spec.task_schema("generate")  # the models narrow the maximum alone
    count = schema["$defs"]["parameters"]["properties"]["sampleCount"]
    assert finding.check == "default-count"
    assert f" {count['default']} pictures" in finding.what
    assert finding.basis
    assert finding.basis.grade == count["x-grade"]


def test_a_count_that_was_sent_is_right() -> None:
    assert not list(field_findings([entry(delivery=DEFAULT._replace(count_by_default=False))]))
