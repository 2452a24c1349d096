"""Rules that were never applied, and why."""

from collections.abc import Iterable, Sequence

from imagen_fake.directives.directives import split
from imagen_fake.directives.patterns import MATCHED
from imagen_fake.state.rule import Rule
from imagen_fake.testing.expectations import RecordedCall


def is_unused(rule: Rule) -> bool:
    """Whether a rule of a test was applied to no call.

    One with a quota or a share of calls is used once a call was counted: that none was refused
    may be what a test is about.
    """
    counted = rule.seen and not rule.parsed.keys().isdisjoint(("quota", "p"))
    return not (rule.applied or rule.configured or counted)


def explain(rule: Rule, calls: Sequence[RecordedCall]) -> str:
    """Why a rule was not applied: what there was in the place of the calls that it is about."""
    if rule.seen:
        why = f"its turn never came, though it was about {_calls(rule.seen)}."
    elif not calls:
        why = "no call was made."
    else:
        compared = [(called, list(_mismatches(rule, called))) for called in calls]
        called, mismatches = min(compared, key=lambda one: len(one[1]))
        why = (
            f"the nearest of {_calls(len(calls))} is call {called.number}: {', '.join(mismatches)}."
            if mismatches
            else f"call {called.number} is one that it is about, but was made before there was this"
            " rule, was refused, or another rule came first."
        )
    return f"{rule.name} {rule.directives!r} was never applied: {why}"


def _calls(count: int) -> str:
    return f"{count} call{'s' if count != 1 else ''}"


def _mismatches(rule: Rule, called: RecordedCall) -> Iterable[str]:
    if rule.project not in ("", called.project):
        yield f"project: expected {rule.project!r}, was {called.project!r}"
    tokens = (token.partition("=") for token in split(rule.directives))
    for name, _, text in tokens:
        part = name.lower()
        if part in MATCHED and not rule.parsed[part].match(actual := getattr(called, part) or ""):
            yield f"{part}: expected {text!r}, was {actual!r}"
