"""Strict parameters of the control API: whatever is unknown is an error."""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from starlette.requests import Request

from imagen_fake.directives.values import PROJECT_FORM
from imagen_fake.middleware.project import is_fit, project_of
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import parse_json
from imagen_fake.pipeline.redaction import redact
from imagen_fake.state.state import State
from imagen_fake.surfaces.request_body import receive_body

MAX_BODY_BYTES = 2**16
MAX_PATTERN = 1000


def bad_request(problem: str) -> ApiError:
    """The error of a request that says something else than it may."""
    return ApiError("fake_refused", problem=problem)


def not_found(problem: str) -> ApiError:
    """The error of a request for what is not there."""
    return ApiError("fake_missing", problem=problem)


def query_params(request: Request, allowed: Collection[str] = ()) -> Mapping[str, str]:
    """The query of a request by name. Raises ApiError for an unknown or a repeated name."""
    query: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            raise bad_request(_unknown(name, "query parameter", allowed))
        if name in query:
            raise bad_request(f"the query parameter {name} is there twice.")
        query[name] = value
    return query


def project_param(request: Request) -> str | None:
    """The project that `?project=`, or else the header, names; None for all. Raises ApiError."""
    name = request.query_params.get("project")
    if name is None:
        return project_of({**request.scope, "path": ""}) or None
    if not is_fit(name):
        raise bad_request(f"project is {redact(name[:80])!r}; expected is {PROJECT_FORM}.")
    return name


async def read_body(request: Request, state: State) -> bytes:
    """The body, even where nothing is read from it: a request that breaks off has no effect.

    Raises ApiError `cancelled` if the fake was reset meanwhile.
    """
    generation = state.generation
    raw = await receive_body(request.scope, request.receive, MAX_BODY_BYTES)
    generation.raise_if_ended()
    return raw


async def read_json(request: Request, state: State) -> dict[str, Any]:
    """The JSON object in the body. Raises ApiError."""
    body = parse_json(await read_body(request, state), reject_duplicate_keys)
    if not isinstance(body, dict):
        raise bad_request("a JSON object is expected as the body.")
    return body


async def read_nothing(request: Request, state: State) -> None:
    """Receive a body that is empty or an empty object. Raises ApiError for another."""
    require_empty(await read_body(request, state))


def require_empty(raw: bytes) -> None:
    """Raise ApiError unless a body is empty or an empty object."""
    if raw.strip() and parse_json(raw) != {}:
        raise bad_request("nothing is read from a body here; leave it out.")


def body_fields(body: Mapping[str, Any], allowed: Collection[str]) -> Mapping[str, Any]:
    """A JSON body. Raises ApiError for an unknown key."""
    for name in body:
        if name not in allowed:
            raise bad_request(_unknown(name, "key of the body", allowed))
    return body


def reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises ApiError for a key that is there twice."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise bad_request(f"the key {name[:80]!r} of the body is there twice.")
        result[name] = value
    return result


def int_param(query: Mapping[str, str], name: str, default: int) -> int:
    """A number of up to nine digits in a query. Raises ApiError."""
    value = query.get(name)
    parsed = default if value is None else parse_int(value)
    if parsed is None:
        raise bad_request(f"{name} must be a whole number, not {value[:80] if value else ''!r}.")
    return parsed


def parse_int(text: str) -> int | None:
    """The number that a text is; None if it is none, or a large one."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def filter_patterns(query: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    """The patterns in a query. Raises ApiError for a long one."""
    patterns = {name: query[name] for name in names if name in query}
    for name, value in patterns.items():
        if len(value) > MAX_PATTERN:
            raise bad_request(f"{name} has {len(value)} characters; {MAX_PATTERN} are read.")
    return patterns


def _unknown(name: str, kind: str, allowed: Collection[str]) -> str:
    near = get_close_matches(name[:80], allowed, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    choices = f"there are {', '.join(allowed)}" if allowed else "there is none"
    return f"{name[:80]!r} is no {kind} here; {choices}.{hint}"
