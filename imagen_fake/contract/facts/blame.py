"""Which fact a wrong status contradicts: the rule that should have refused, or that refused."""

from collections.abc import Mapping, Sequence

from imagen_fake import spec
from imagen_fake.contract.exchange import Broken, Case, Fact
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.facts.places import (
    error_fact,
    model_file,
    pointer,
    refusing,
    task_fact,
    value,
)
from imagen_fake.contract.facts.wording import meant, shown_id

GONE = frozenset(
    error
    for name in spec.model_ids()
    for surface, cycle in spec.read(f"models/{name}.json").get("lifeCycle", {}).items()
    if "error" in cycle
    for error in (cycle["error"], spec.surface(surface).error(cycle["error"]))
)
"""The errors of a model that is no more, or is not shown to this caller."""


def broken_rule(case: Case, broken: Broken) -> Fact:
    """The fact that should have refused a broken body, else that of the error itself."""
    for name, keyword in ((broken.path, broken.keyword), ("", broken.keyword), ("", "")):
        rules = refusing(case, broken.error, name, keyword)
        if rules:
            return next(iter(_touched(case, rules)), rules[0])
    return error_fact(shown_id(case, broken.error))


def disputed(case: Case, message: str) -> Fact:
    """The fact that a refusal of a valid body contradicts, as far as its words tell."""
    for error_id, told in meant(case, message):
        rules = refusing(case, error_id, told.get("name", "")) or refusing(case, error_id)
        if not rules:
            return _life(case) if error_id in GONE else error_fact(error_id)
        return next(iter([*_misquoted(rules, told), *_touched(case, rules), *rules]))
    return task_fact(case.task)


def _life(case: Case) -> Fact:
    """The fact that the case's model is there."""
    return fact(pointer(model_file(case), "lifeCycle", case.surface))


def _touched(case: Case, rules: Sequence[Fact]) -> list[Fact]:
    """The rules that the case is there for."""
    return [rule for rule in rules if rule.pointer in case.facts]


def _misquoted(rules: Sequence[Fact], told: Mapping[str, str]) -> list[Fact]:
    """The rules of which a refusal says another value, such as another maximum."""
    return [
        rule
        for rule in rules
        if told.get(keyword := rule.pointer.rpartition("/")[2])
        and told[keyword] != str(value(rule.pointer))
    ] + [rule for rule in rules if rule.pointer.endswith("/enum") and _lists(rule, told)]


def _lists(rule: Fact, told: Mapping[str, str]) -> bool:
    options = told.get("options", "")
    return bool(options) and options != ", ".join(map(str, value(rule.pointer)))
