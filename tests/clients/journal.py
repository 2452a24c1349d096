"""What the fake's journal has of a client's calls."""

import json
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen


def calls(url: str, prompt: str) -> list[dict[str, Any]]:
    """The requests with such a prompt (`*` for any words), in order: each attempt is one."""
    found: list[dict[str, Any]] = _read(f"{url}/_fake/calls?prompt={quote(prompt)}")["calls"]
    return found


def sent(url: str, prompt: str) -> dict[str, Any]:
    """The body of the one request with a prompt. Raises ValueError if there are more or none."""
    [call] = calls(url, prompt)
    body: dict[str, Any] = _read(f"{url}/_fake/calls/{call['number']}")["body"]
    return body


def _read(address: str) -> dict[str, Any]:
    with urlopen(address) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
