"""The control API below `/_fake/`: calls, rules, settings, the clock."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake.state.settings import SettingError, changeable_settings, parse_changes
from imagen_fake.state.state import State
from imagen_fake.surfaces.control_calls import CallsEndpoint
from imagen_fake.surfaces.control_requests import (
    MAX_BODY_BYTES,
    bad_request,
    body_fields,
    query_params,
    read_json,
    require_empty,
)
from imagen_fake.surfaces.control_rules import RulesEndpoint
from imagen_fake.surfaces.event_loop import run_off_loop
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.serializers import FILTERS
from imagen_fake.version import __version__

PREFIX = "/_fake/"

QUERIES = {"calls": ("after", "limit", *FILTERS)}
"""The parameters of the paths that have any."""

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(state: State) -> list[BaseRoute]:
    """The routes of control; `control.json` describes them."""
    calls, rules, control = CallsEndpoint(state), RulesEndpoint(state), Control(state)
    table: Mapping[str, Mapping[str, Endpoint]] = {
        "health": {"GET": health},
        "ready": {"GET": health},
        "calls": {"GET": calls.list_calls, "DELETE": calls.clear},
        "calls/{number}": {"GET": calls.get},
        "calls/{number}/pictures/{index}": {"GET": calls.picture},
        "rules": {"GET": rules.list_rules, "POST": rules.add, "DELETE": rules.clear},
        "rules/{name}": {"GET": rules.get, "PUT": rules.add, "DELETE": rules.remove},
        "reset": {"POST": control.reset},
        "config": {"GET": control.config, "PATCH": control.configure},
        "clock": {"GET": control.clock, "POST": control.advance},
        "control.json": {"GET": control_document},
    }
    return [
        Route(PREFIX + path, _by_method(endpoints, QUERIES.get(path, ())), methods=[*endpoints])
        for path, endpoints in table.items()
    ]


def _by_method(endpoints: Mapping[str, Endpoint], query: Collection[str]) -> Endpoint:
    """One endpoint for the methods of a path; the parameters of a query are for reading alone."""

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        query_params(request, query if method == "GET" else ())
        return await endpoints[method](request)

    return endpoint


async def health(_: Request) -> Response:
    """Whether the fake answers, and its version."""
    return JSONResponse({"status": "ok", "version": __version__})


async def control_document(_: Request) -> Response:
    """The OpenAPI document of these routes."""
    file = Path(__file__).with_name("control.json")
    return Response(file.read_bytes(), media_type="application/json")


class Control:
    """The endpoints. Every method raises ApiError."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def reset(self, request: Request) -> Response:
        """Forget calls, rules, objects and links; back to the settings at the start."""
        require_empty(await receive_body(request.scope, request.receive, MAX_BODY_BYTES))
        await run_off_loop(self._state.reset)  # another process may hold the storage
        return JSONResponse({})

    async def config(self, _: Request) -> Response:
        """The settings that may change while the fake runs."""
        return JSONResponse(changeable_settings(self._state.config))

    async def configure(self, request: Request) -> Response:
        """The settings, some of them changed until the next reset."""
        try:
            self._state.configure(**parse_changes(await read_json(request, self._state)))
        except SettingError as error:
            raise bad_request(str(error)) from None
        return JSONResponse(changeable_settings(self._state.config))

    async def clock(self, _: Request) -> Response:
        """What the manual clock shows, in seconds."""
        return JSONResponse({"manual": self._state.rules.clock.manual})

    async def advance(self, request: Request) -> Response:
        """What the manual clock shows after it was moved on."""
        seconds = body_fields(await read_json(request, self._state), ["advance"]).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise bad_request('seconds are expected: {"advance": 60}.')
        try:
            return JSONResponse({"manual": self._state.rules.clock.advance(seconds)})
        except ValueError as error:
            raise bad_request(str(error)) from None
