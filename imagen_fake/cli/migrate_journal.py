"""What a move would change in the calls that a running fake remembers: `migrate --journal`."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import click

from imagen_fake.cli.health import read_control

TIMEOUT_SECONDS = 60.0
MAX_BYTES = 2**24


def read_survey(url: str, query: Mapping[str, str | None]) -> tuple[str, dict[str, Any]]:
    """The report of a fake on a move, and its JSON. Raises ClickException for what is none."""
    from imagen_fake.migration.survey_report import survey_text

    given = urlencode({name: value for name, value in query.items() if value is not None})
    raw = read_control(url, f"migrate?{given}", TIMEOUT_SECONDS, MAX_BYTES)
    try:
        found: dict[str, Any] = json.loads(raw)
        return survey_text(found), found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise click.ClickException(f"{url} answers, but not with what a move changes.") from None


def has_loss(found: Mapping[str, Any]) -> bool:
    """Whether something is lost in a call."""
    return any(note["verdict"] == "lost" for note in found["notes"])
