"""The text of a verdict."""

from imagen_fake.verdict.report import report_text

FINDING = {
    "check": "retired-model", "severity": "error", "calls": [3, 7],
    "client": {"project": "p", "credential": "", "userAgent": ""},
    "count": 2, "what": "asked an old model", "why": "it is gone", "advice": "ask another",
    "basis": {"grade": "documented", "sources": ["quotas"]},
}  # fmt: skip
COST = {
    "model": "m", "task": "generate", "pictures": 1, "usd": 0.04,
    "basis": {"grade": "reported", "sources": ["a"]}, "date": "2025-11",
}  # fmt: skip
VERDICT = {
    "calls": 8, "forgotten": 0, "severity": "error",
    "counts": {"info": 0, "warning": 2, "error": 1}, "findings": [FINDING], "omitted": 0,
    "spending": {"usd": 0.04, "unpriced": 0, "budget": 2.5, "costs": [COST]},
    "unchecked": ["whether it rains"],
}  # fmt: skip


def test_the_report_says_what_where_why_and_what_to_do() -> None:
    assert report_text(VERDICT).splitlines() == [
        "1 error, 2 warnings, 0 info in 8 calls",
        "",
        "- error retired-model: asked an old model",
        "  - where: calls 3, 7, project p",
        "  - why: it is gone (documented: quotas)",
        "  - do: ask another",
        "",
        "- spent about 0.04 USD of a budget of 2.5 USD",
        "  - 1 picture of m (generate) at 0.04 USD (reported: a, 2025-11)",
        "- not checked: whether it rains",
    ]


def test_a_finding_of_nobody_in_particular_has_no_place() -> None:
    nobodys = {**FINDING, "client": None, "calls": [], "count": 0, "basis": None}
    text = report_text({**VERDICT, "findings": [nobodys]})
    assert "where" not in text
    assert "  - why: it is gone\n" in text


def test_a_price_that_nobody_knows_is_said_to_be_unknown() -> None:
    cost = {**COST, "usd": None, "basis": None, "date": None, "pictures": 2}
    spending = {"usd": 0, "unpriced": 2, "budget": None, "costs": [cost]}
    text = report_text({**VERDICT, "spending": spending})
    assert "- spent at least 0 USD\n" in text
    assert "  - 2 pictures of m (generate): the price is unknown" in text


def test_the_tests_in_which_it_was_seen_are_named() -> None:
    text = report_text({**VERDICT, "findings": [{**FINDING, "tests": ["a.py::test_b"]}]})
    assert "  - in: a.py::test_b\n" in text


def test_a_report_cannot_write_to_a_terminal_what_it_likes() -> None:
    text = report_text({**VERDICT, "findings": [{**FINDING, "what": "\x1b[2J\r\n\x9b"}]})
    assert ": ?[2J???\n" in text
