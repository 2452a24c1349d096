"""The control API below `/_fake/`: calls, rules, settings, the clock, documents."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake.state.state import SettingError, State, changeable_settings, parse_changes
from imagen_fake.surfaces import control_calls as calls
from imagen_fake.surfaces import control_rules as rules
from imagen_fake.surfaces.control_migrate import OPTIONS, get_migrations, post_migrate
from imagen_fake.surfaces.control_requests import (
    MAX_BODY_BYTES,
    bad_request,
    body_fields,
    not_found,
    project_param,
    query_params,
    read_json,
    require_empty,
)
from imagen_fake.surfaces.control_verdict import get_verdict
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.worker import run_off_loop
from imagen_fake.version import __version__

PREFIX = "/_fake/"

OF_PROJECT = ("project",)
QUERIES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "calls": {"GET": ("after", "limit", "project", *calls.FILTERS), "DELETE": OF_PROJECT},
    "rules": dict.fromkeys(("GET", "POST", "DELETE"), OF_PROJECT),
    "rules/{name}": dict.fromkeys(("GET", "PUT", "DELETE"), OF_PROJECT),
    "reset": {"POST": OF_PROJECT},
    "openapi.json": {"GET": ("surface",)},
    "verdict": {"GET": ("as_of", "budget", "project")},
    "migrate": {"GET": (*OPTIONS, "project"), "POST": (*OPTIONS, "model")},
}
"""The parameters of the paths and methods that have any."""

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
        "rules": {"GET": rules.list_rules, "POST": rules.add_rule, "DELETE": rules.clear_rules},
        "rules/{name}": {"GET": rules.get_rule, "PUT": rules.add_rule, "DELETE": rules.remove_rule},
        "reset": {"POST": reset},
        "verdict": {"GET": get_verdict},
        "migrate": {"GET": get_migrations, "POST": post_migrate},
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
    """What the endpoint of a method answers."""
    method = "GET" if request.method == "HEAD" else request.method
    query_params(request, QUERIES.get(path, {}).get(method, ()))
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
    """Forget calls, rules, objects and links, or what is of one project."""
    project = project_param(request)
    require_empty(await receive_body(request.scope, request.receive, MAX_BODY_BYTES))
    await run_off_loop(state.reset, project)  # another process may hold the storage
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
