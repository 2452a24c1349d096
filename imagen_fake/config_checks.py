"""Constraints on the values of a Config beyond their types."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any

from imagen_fake import spec
from imagen_fake.directives.directives import DirectiveError, parse
from imagen_fake.directives.patterns import MOST_RULES
from imagen_fake.hosts import AllowedHosts, allowed_origin

ENDPOINT = re.compile(r"[^/:\s]{1,200}")
PROJECT = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.:-]{0,100}[a-zA-Z0-9])?")
MAX_TOKEN_SECONDS = 10**9
"""Of a token's life; a date that is further away may be none."""


CONSTRAINTS: Mapping[str, tuple[Callable[[Any], object], str]] = {
    "cache_bytes": (lambda size: size >= 0, "{name} must be 0 or more, not {value}."),
    "journal_bytes": (lambda size: size >= 0, "{name} must be 0 or more, not {value}."),
    "max_body_bytes": (
        lambda size: size > 0,
        "{name} must be 1 or more, not {value}: every call to a model has a body.",
    ),
    "denied": (
        lambda principals: all(map(str.strip, principals)),
        "{name}: an empty text is nobody; name an account, as it stands in the message of a 403.",
    ),
    "project": (
        PROJECT.fullmatch,
        "{name} must be an id such as imagen-fake (letters, digits, hyphens), not {value!r:.80}.",
    ),
    "token_seconds": (
        lambda seconds: abs(seconds or 0) <= MAX_TOKEN_SECONDS,
        f"{{name}} must be {MAX_TOKEN_SECONDS} seconds at most (below 0: expired), not {{value}}.",
    ),
}
"""What has to hold for the value of a field, and the text if it does not."""


def check_values(config: object) -> None:
    """Raise ValueError for a value that is impossible; the text says what can be done."""
    for name, (holds, problem) in CONSTRAINTS.items():
        value = getattr(config, name)
        _expect(bool(holds(value)), problem.format(name=name, value=value))
    for name, refuse in CHECKS.items():
        refuse(name, getattr(config, name))


def _endpoints(name: str, value: Mapping[str, str]) -> None:
    for endpoint, model in value.items():
        _expect(
            ENDPOINT.fullmatch(endpoint) is not None,
            f"{name}: {endpoint[:80]!r} is no id of an endpoint; it is part of a path, as 56 is.",
        )
        if model not in spec.model_ids():
            near = get_close_matches(model[:80], spec.model_ids(), n=1)
            advice = f"Did you mean {near[0]}?" if near else "`imagen-fake models` lists them."
            raise ValueError(
                f"{name}: {endpoint!r} cannot be served by {model[:80]!r}, which is no model."
                f" {advice}"
            )


def _c2pa(name: str, value: bool) -> None:
    missing = [each for each in ("c2pa", "cryptography") if value and find_spec(each) is None]
    _expect(not missing, f"{name} needs a package more: pip install 'imagen-fake[c2pa]'.")


def _rules(name: str, value: tuple[str, ...]) -> None:
    _expect(len(value) <= MOST_RULES, f"{name}: there may be {MOST_RULES} rules; remove some.")
    for rule in value:
        _expect(bool(rule.strip()), f"{name}: an empty rule does nothing; leave it out.")
        try:
            parse(rule, in_rule=True)
        except DirectiveError as error:
            raise ValueError(f"{name}: {error}") from None


def _expect(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)


CHECKS: Mapping[str, Callable[[str, Any], object]] = {
    "endpoints": _endpoints,
    "c2pa": _c2pa,
    "rules": _rules,
    "allow_origins": lambda _, origins: [*map(allowed_origin, origins)],
    "allow_hosts": lambda _, hosts: hosts and AllowedHosts(hosts),
}
"""The check of each field that takes more."""
