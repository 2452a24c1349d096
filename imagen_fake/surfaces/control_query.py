"""What requests to the fake itself may say: nothing in them is passed over in silence."""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from starlette.requests import Request

from imagen_fake.pipeline.errors import ApiError

LONGEST_PATTERN = 1000


def refused(problem: str) -> ApiError:
    """The error of a request that says something else than it may."""
    return ApiError("fake_refused", problem=problem)


def parameters(request: Request, known: Collection[str] = ()) -> Mapping[str, str]:
    """The query of a request by name. Raises ApiError for an unknown or a repeated name."""
    query: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise refused(_unknown(name, "query parameter", known))
        if name in query:
            raise refused(f"the query parameter {name} is there twice.")
        query[name] = value
    return query


def fields(body: Mapping[str, Any], known: Collection[str]) -> Mapping[str, Any]:
    """A JSON body. Raises ApiError for an unknown key."""
    for name in body.keys() - set(known):
        raise refused(_unknown(name, "key of the body", known))
    return body


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises ApiError for a key that is there twice."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise refused(f"the key {name[:80]!r} of the body is there twice.")
        made[name] = value
    return made


def number(query: Mapping[str, str], name: str, default: int) -> int:
    """A number of up to nine digits in a query. Raises ApiError."""
    value = query.get(name)
    found = default if value is None else digits(value)
    if found is None:
        raise refused(f"{name} must be a whole number, not {value[:80] if value else ''!r}.")
    return found


def digits(text: str) -> int | None:
    """The number that a text is; None if it is none, or a large one."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def patterns(query: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    """The patterns in a query. Raises ApiError for a long one."""
    found = {name: query[name] for name in names if name in query}
    for name, value in found.items():
        if len(value) > LONGEST_PATTERN:
            raise refused(f"{name} has {len(value)} characters; {LONGEST_PATTERN} are read.")
    return found


def _unknown(name: str, what: str, known: Collection[str]) -> str:
    near = get_close_matches(name[:80], known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    there = f"there are {', '.join(known)}" if known else "there is none"
    return f"{name[:80]!r} is no {what} here; {there}.{hint}"
