"""Calls and rules as JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from imagen_fake.state.called import Called
from imagen_fake.state.matching import MAX_PROMPT_LENGTH
from imagen_fake.state.rules import Rule

FILTERS = ("surface", "model", "task", "status", "prompt")
"""Fields that calls can be filtered by, with patterns such as `imagen-4*`."""


MAX_WARNINGS = 100


def matches_filters(called: Called, patterns: Mapping[str, str]) -> bool:
    """Whether a call matches every pattern."""
    return all(
        fnmatchcase(str(getattr(called, name) or "")[:MAX_PROMPT_LENGTH], value)
        for name, value in patterns.items()
    )


def serialize_summary(called: Called) -> dict[str, Any]:
    """A call as an item of a list."""
    return {
        "number": called.number,
        "time": datetime.fromtimestamp(called.at, UTC).isoformat(timespec="milliseconds"),
        "surface": called.surface,
        "method": called.method,
        "path": called.path,
        "model": called.model,
        "task": called.task,
        "prompt": called.prompt[:500],
        "status": called.status,
        "seconds": round(called.seconds, 6),
        "warnings": list(called.warnings[:MAX_WARNINGS]),
        "directives": serialize_directives(called.directives),
    }


def serialize_call(called: Called) -> dict[str, Any]:
    """A call in full."""
    paths = [f"/_fake/calls/{called.number}/pictures/{n}" for n in range(len(called.thumbnails))]
    return {
        **serialize_summary(called),
        "warnings": list(called.warnings),
        "headers": called.headers,
        "body": called.body,
        "instance": called.instance,
        "parameters": called.parameters,
        "answer": called.answer,
        "pictures": paths,
    }


def serialize_rule(rule: Rule) -> dict[str, Any]:
    """A rule, how many calls matched it, and how many it was applied to."""
    return {
        "name": rule.name,
        "directives": rule.directives,
        "seen": rule.seen,
        "applied": rule.applied,
    }


def serialize_directives(directives: Mapping[str, Any]) -> dict[str, Any]:
    """Forced outcomes by the names of their directives."""
    return {
        name: ":".join(filter(None, value)) if name == "error" else value
        for name, value in directives.items()
    }
