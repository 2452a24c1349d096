"""The control API below `/_fake/`: calls, rules, settings, the clock, documents."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake.directives.directives import DirectiveError
from imagen_fake.state.rules import Rule, TooManyRulesError
from imagen_fake.state.state import SettingError, State, changeable_settings, parse_changes
from imagen_fake.surfaces import control_calls as calls
from imagen_fake.surfaces.control_requests import (
    MAX_BODY_BYTES,
    bad_request,
    body_fields,
    not_found,
    query_params,
    read_json,
    read_nothing,
    require_empty,
)
from imagen_fake.surfaces.control_verdict import get_verdict
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.worker import run_off_loop
from imagen_fake.version import __version__

PREFIX = "/_fake/"

QUERIES = {
    "calls": ("after", "limit", *calls.FILTERS),
    "openapi.json": ("surface",),
    "verdict": ("as_of", "budget", "project"),
}
"""The parameters of the paths that have any."""

NAME = re.compile("[^/]{1,200}")
EXPECTED = (
    'a rule is {"directives": "error=503 times=2"}, and may have a "name" of up to 200 printable'
    " characters, none of them a slash."
)

Endpoint = Callable[[State, Request], Awaitable[Response]]
"""Answers a request by what a fake remembers. Raises ApiError."""


def routes(state: State) -> list[BaseRoute]:
    """The routes of control; `control.json` describes them."""
    table: Mapping[str, Mapping[str, Endpoint]] = {
        "health": {"GET": health},
        "ready": {"GET": health},
        "calls": {"GET": calls.list_calls, "DELETE": calls.clear_calls},
        "calls/{number}": {"GET": calls.get_call},
        "calls/{number}/pictures/{index}": {"GET": calls.get_picture},
        "rules": {"GET": list_rules, "POST": add_rule, "DELETE": clear_rules},
        "rules/{name}": {"GET": get_rule, "PUT": add_rule, "DELETE": remove_rule},
        "reset": {"POST": reset},
        "verdict": {"GET": get_verdict},
        "config": {"GET": get_config, "PATCH": configure},
        "clock": {"GET": get_clock, "POST": advance},
        "control.json": {"GET": control_document},
        "openapi.json": {"GET": openapi_document},
    }
    return [
        Route(PREFIX + path, partial(by_method, state, endpoints, path), methods=[*endpoints])
        for path, endpoints in table.items()
    ]


async def by_method(
    state: State, endpoints: Mapping[str, Endpoint], path: str, request: Request
) -> Response:
    """What the endpoint of a method answers; the parameters of a query are for reading alone."""
    method = "GET" if request.method == "HEAD" else request.method
    query_params(request, QUERIES.get(path, ()) if method == "GET" else ())
    return await endpoints[method](state, request)


async def health(*_: object) -> Response:
    """Whether the fake answers, and its version."""
    return JSONResponse({"status": "ok", "version": __version__})


async def control_document(*_: object) -> Response:
    """The OpenAPI document of these routes."""
    file = Path(__file__).with_name("control.json")
    return Response(file.read_bytes(), media_type="application/json")


async def openapi_document(_: State, request: Request) -> Response:
    """The OpenAPI document of all surfaces, or of the one that `?surface=` names."""
    from imagen_fake.openapi import PATHS, document

    surface = request.query_params.get("surface")
    if surface is not None and surface not in PATHS:
        raise not_found(f"no surface {surface[:80]!r}; there are {', '.join(PATHS)}")
    base_url = str(request.base_url)
    return await run_off_loop(lambda: JSONResponse(document(surface, base_url)))


async def reset(state: State, request: Request) -> Response:
    """Forget calls, rules, objects and links; back to the settings at the start."""
    require_empty(await receive_body(request.scope, request.receive, MAX_BODY_BYTES))
    await run_off_loop(state.reset)  # another process may hold the storage
    return JSONResponse({})


async def get_config(state: State, _: Request) -> Response:
    """The settings that may change while the fake runs."""
    return JSONResponse(changeable_settings(state.config))


async def configure(state: State, request: Request) -> Response:
    """The settings, some of them changed until the next reset."""
    try:
        state.configure(**parse_changes(await read_json(request, state)))
    except SettingError as error:
        raise bad_request(str(error)) from None
    return JSONResponse(changeable_settings(state.config))


async def get_clock(state: State, _: Request) -> Response:
    """What the manual clock shows, in seconds."""
    return JSONResponse({"manual": state.rules.clock.manual})


async def advance(state: State, request: Request) -> Response:
    """What the manual clock shows after it was moved on."""
    seconds = body_fields(await read_json(request, state), ["advance"]).get("advance")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise bad_request('seconds are expected: {"advance": 60}.')
    try:
        return JSONResponse({"manual": state.rules.clock.advance(seconds)})
    except ValueError as error:
        raise bad_request(str(error)) from None


async def list_rules(state: State, _: Request) -> Response:
    """Every rule, in the order in which they are tried."""
    return JSONResponse({"rules": [serialize_rule(rule) for rule in state.rules]})


async def add_rule(state: State, request: Request) -> Response:
    """The rule that was added."""
    name_in_path = request.path_params.get("name")
    keys = ("directives",) if name_in_path is not None else ("directives", "name")
    body = body_fields(await read_json(request, state), keys)
    directives, name = body.get("directives"), body.get("name", name_in_path)
    if not isinstance(directives, str) or not _is_rule_name(name):
        raise bad_request(EXPECTED)
    try:
        return JSONResponse(serialize_rule(state.rules.add(directives, name)))
    except (DirectiveError, TooManyRulesError) as error:
        raise bad_request(str(error)) from None


async def get_rule(state: State, request: Request) -> Response:
    """One rule, and how often it was applied."""
    return JSONResponse(serialize_rule(_find_rule(state, request)))


async def remove_rule(state: State, request: Request) -> Response:
    """Forget one rule."""
    await read_nothing(request, state)
    state.rules.remove(_find_rule(state, request).name)
    return JSONResponse({})


async def clear_rules(state: State, request: Request) -> Response:
    """Forget every rule."""
    await read_nothing(request, state)
    state.rules.clear()
    return JSONResponse({})


def _find_rule(state: State, request: Request) -> Rule:
    name = request.path_params["name"]
    rule = state.rules.get(name)
    if rule is None:
        raise not_found(f"there is no rule {name[:80]!r}.")
    return rule


def _is_rule_name(name: Any) -> bool:
    """Whether a rule may have that name; None is allowed."""
    if not isinstance(name, str):
        return name is None
    return bool(NAME.fullmatch(name)) and name.isprintable() and name not in (".", "..")


def serialize_rule(rule: Rule) -> dict[str, Any]:
    """A rule, how many calls matched it, and how many it was applied to."""
    return {
        "name": rule.name,
        "directives": rule.directives,
        "seen": rule.seen,
        "applied": rule.applied,
    }
