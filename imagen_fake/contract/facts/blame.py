"""The fact that a wrong status contradicts: the rule that should have refused, or did."""

from collections.abc import Mapping, Sequence

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Fact, Violation
from imagen_fake.contract.facts.facts import fact, join_pointer, model_file
from imagen_fake.contract.facts.lookup import (
    error_fact,
    read_value,
    rules_raising,
    task_fact,
)
from imagen_fake.contract.facts.messages import matching_errors, surface_error_id

GONE_ERRORS = frozenset(
    error
    for name in spec.model_ids()
    for surface, cycle in spec.read(f"models/{name}.json").get("lifeCycle", {}).items()
    if "error" in cycle
    for error in (cycle["error"], spec.surface(surface).error(cycle["error"]))
)
"""The errors of a model that is retired, or not available to this caller."""


def violated_fact(case: Case, violation: Violation) -> Fact:
    """The fact that should have refused an invalid body, else that of the error itself."""
    for name, keyword in ((violation.path, violation.keyword), ("", violation.keyword), ("", "")):
        rules = rules_raising(case, violation.error, name, keyword)
        if rules:
            return next(iter(_covered_by(case, rules)), rules[0])
    return error_fact(surface_error_id(case, violation.error))


def disputed_fact(case: Case, message: str) -> Fact:
    """The fact that a refusal of a valid body contradicts, as far as its message tells."""
    for error_id, words in matching_errors(case, message):
        rules = rules_raising(case, error_id, words.get("name", "")) or rules_raising(
            case, error_id
        )
        if not rules:
            return _life_cycle_fact(case) if error_id in GONE_ERRORS else error_fact(error_id)
        return next(iter([*_misquoted_rules(rules, words), *_covered_by(case, rules), *rules]))
    return task_fact(case.task)


def _life_cycle_fact(case: Case) -> Fact:
    """The fact that the case's model is available."""
    return fact(join_pointer(model_file(case.model), "lifeCycle", case.surface))


def _covered_by(case: Case, rules: Sequence[Fact]) -> list[Fact]:
    """The rules that the case covers."""
    return [rule for rule in rules if rule.pointer in case.facts]


def _misquoted_rules(rules: Sequence[Fact], words: Mapping[str, str]) -> list[Fact]:
    """The rules for which a refusal states another value, such as another maximum."""
    return [
        rule
        for rule in rules
        if words.get(keyword := rule.pointer.rpartition("/")[2])
        and words[keyword] != str(read_value(rule.pointer))
    ] + [rule for rule in rules if rule.pointer.endswith("/enum") and _lists(rule, words)]


def _lists(rule: Fact, words: Mapping[str, str]) -> bool:
    options = words.get("options", "")
    return bool(options) and options != ", ".join(map(str, read_value(rule.pointer)))
