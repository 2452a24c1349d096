"""The lines of what is settled."""

from imagen_fake.contract.settle.report import settlement_counts, settlement_data, settlement_lines
from imagen_fake.contract.settle.settlement import settlements
from tests.contract.settle.observing import ENTRY, TOO_FEW, TOO_MANY, observation, probes
from tests.contract.settle.stages import MODEL


def lines() -> list[str]:
    entry = observation(ENTRY, lambda body: body.update(versionId="002"))
    some = [entry, observation(TOO_MANY), observation(TOO_FEW)]
    return list(settlement_lines(settlements(some, probes())))


def test_contradictions_come_first_with_both_sides() -> None:
    assert lines()[:3] == [
        f"contradicted: models/{MODEL}.json#/versionId (assumed)",
        "  value: expected 001",
        "         was      002",
    ]


def test_reports_have_the_same_as_values() -> None:
    entry = observation(ENTRY, lambda body: body.update(versionId="002"))
    first, *others = settlement_data(settlements([entry, observation(TOO_MANY)], probes()))
    assert first == {
        "fact": f"models/{MODEL}.json#/versionId",
        "grade": "assumed",
        "outcome": "contradicted",
        "missing": 1,
        "differences": [{"check": "value", "expected": "001", "observed": "002"}],
    }
    outcomes = {one["fact"]: one["outcome"] for one in others}
    assert outcomes["errors.json#/errors/sample_count"] == "confirmed"
    assert not any(one["differences"] for one in others)


def test_each_fact_stands_with_its_outcome_and_grade() -> None:
    assert "confirmed: errors.json#/errors/sample_count (assumed)" in lines()
    count = "tasks/try_on.json#/$defs/parameters/properties/sampleCount"
    assert f"in part: {count} (documented, 2 more to see)" in lines()
    assert f"not reached: models/{MODEL}.json#/quota (assumed)" in lines()


def test_the_counts_are_the_last_line() -> None:
    facts = len([line for line in lines() if "(" in line and not line.startswith(" ")])
    assert lines()[-1].startswith(f"of {facts} facts that no recording had settled: 1 contradicted")
    assert settlement_counts([]).endswith("0 contradicted, 0 confirmed, 0 in part, 0 not reached")
