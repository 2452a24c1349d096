"""Patterns such as `imagen-4*` of surface, model, task and prompt, by which rules select calls."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from fnmatch import translate
from functools import cache
from itertools import product
from typing import Any

from imagen_fake import spec

ENUMERABLE = ("surface", "model", "task")
"""What has names that are known before there is any call."""

MATCHED = (*ENUMERABLE, "prompt")

MOST_RULES = 1000
"""Of one fake; each is compared with every call."""

LONGEST_PATTERN = 250
"""Of one, in characters: each of them may be compared with each of a prompt's."""

DIALECTS = "openai"
"""The surface whose paths speak dialects of their own in front of another surface."""


def pattern(value: str) -> re.Pattern[str]:
    """A case-insensitive pattern with `*`, `?` and `[abc]` as in a shell.

    Raises ValueError for a long one.
    """
    if len(value) > LONGEST_PATTERN:
        raise ValueError(f"a pattern of up to {LONGEST_PATTERN} characters is expected.")
    return re.compile(translate(value), re.IGNORECASE)


def size(patterns: Mapping[str, Any]) -> int:
    """About how many characters the patterns of prompts have."""
    return len(patterns["prompt"].pattern) if "prompt" in patterns else 0


def refuse_impossible(patterns: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Raise ValueError if no call can match; the text says why, with suggestions."""
    constraints = {part: patterns[part] for part in ENUMERABLE if part in patterns}
    for part, fits in constraints.items():
        names = sorted({one[part] for one in possible_calls()})
        if not any(map(fits.match, names)):
            raise ValueError(_no_match(part, texts[part], names))
    if not any(
        all(fits.match(one[part]) for part, fits in constraints.items()) for one in possible_calls()
    ):
        conditions = " ".join(f"{part}={texts[part]}" for part in constraints)
        raise ValueError(
            f"{conditions[:200]!r} matches no call: no model has such a surface and task."
        )


def _no_match(part: str, value: str, names: list[str]) -> str:
    near = get_close_matches(value.casefold(), names, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
    return f"{f'{part}={value}'[:80]!r} matches no {part}. {hint}"


@cache
def possible_calls() -> tuple[Mapping[str, str], ...]:
    """Every surface, model and task that a call can have."""
    return tuple(
        {"surface": dialect, "model": name, "task": task}
        for name in spec.all_model_ids()
        if (model := spec.any_model(name))
        for surface, task in product(model.facts["lifeCycle"], model.tasks)
        for dialect in (surface, *_dialects(surface, task))
    )


def _dialects(surface: str, task: str) -> Iterator[str]:
    """The dialects in front of a surface, which make pictures of words alone."""
    for path in spec.surface(DIALECTS).facts["paths"]["value"].values():
        if path["behind"] == surface and task == "generate":
            yield from path["dialects"]
