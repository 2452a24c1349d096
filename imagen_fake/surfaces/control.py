"""The control API below `/_fake/`: calls, rules, settings, the clock."""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake.directives.directives import DirectiveError
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import parse
from imagen_fake.state.called import Called
from imagen_fake.state.rules import Rule, TooManyRulesError
from imagen_fake.state.settings import SettingError, changes, shown
from imagen_fake.state.state import State
from imagen_fake.surfaces import google
from imagen_fake.surfaces.control_query import (
    bad_request,
    body_fields,
    filter_patterns,
    int_param,
    parse_int,
    query_params,
    reject_duplicate_keys,
)
from imagen_fake.surfaces.serializers import (
    FILTERS,
    matches_filters,
    serialize_call,
    serialize_rule,
    serialize_summary,
)
from imagen_fake.version import __version__

PREFIX = "/_fake/"
MAX_BODY_BYTES = 2**16

NAME = re.compile("[^/]{1,200}")
RULE = (
    'a rule is {"directives": "error=503 times=2"}, and may have a "name" of up to 200 printable'
    " characters, none of them a slash."
)

PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000

QUERIES = {"calls": ("after", "limit", *FILTERS)}
"""The parameters of the paths that have any."""

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(state: State) -> list[BaseRoute]:
    """The routes of control; `control.json` describes them."""
    control = Control(state)
    table: Mapping[str, Mapping[str, Endpoint]] = {
        "health": {"GET": health},
        "ready": {"GET": health},
        "calls": {"GET": control.calls, "DELETE": control.forget_calls},
        "calls/{number}": {"GET": control.call},
        "calls/{number}/pictures/{index}": {"GET": control.picture},
        "rules": {
            "GET": control.rules, "POST": control.add_rule, "DELETE": control.remove_rules
        },
        "rules/{name}": {
            "GET": control.rule, "PUT": control.add_rule, "DELETE": control.remove_rule
        },
        "reset": {"POST": control.reset},
        "config": {"GET": control.config, "PATCH": control.configure},
        "clock": {"GET": control.clock, "POST": control.advance},
        "control.json": {"GET": control_document},
    }  # fmt: skip
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

    async def calls(self, request: Request) -> Response:
        """A page of the calls, the oldest first; `surface`, `model`, … narrow them down."""
        query = request.query_params
        after, limit = int_param(query, "after", 0), int_param(query, "limit", PAGE_SIZE)
        filters = filter_patterns(query, FILTERS)
        page = await run_in_threadpool(self._page, filters, after, min(limit, MAX_PAGE_SIZE))
        return Response(page, media_type="application/json")

    def _page(self, filters: Mapping[str, str], after: int, limit: int) -> str:
        """The page as JSON, serialized call by call so that other threads get their turn."""
        journal, page = self._state.journal, dict[str, Any]()
        matching = (
            called
            for called in journal
            if called.number > after and matches_filters(called, filters)
        )
        calls = list(islice(matching, limit + 1))
        if len(calls) > limit > 0:
            page["after"] = calls[limit - 1].number
        if any(journal.shed):
            page["shed"] = journal.shed._asdict()
        items = ", ".join(json.dumps(serialize_summary(called)) for called in calls[:limit])
        return f"{json.dumps({**page, 'calls': []}).removesuffix(']}')}{items}]}}"

    async def forget_calls(self, request: Request) -> Response:
        """Forget every call."""
        await self._read_nothing(request)
        self._state.journal.clear()
        return JSONResponse({})

    async def call(self, request: Request) -> Response:
        """All that is known of one call."""
        called = self._find_call(request)
        return await run_in_threadpool(lambda: JSONResponse(serialize_call(called)))

    async def picture(self, request: Request) -> Response:
        """The thumbnail of one of its pictures, as a JPEG file."""
        called, index = self._find_call(request), parse_int(request.path_params["index"])
        thumbnails = await run_in_threadpool(lambda: called.thumbnails)
        if index is None or index >= len(thumbnails):
            raise _not_found(f"call {called.number} has {len(thumbnails)} pictures.")
        return Response(thumbnails[index], media_type="image/jpeg")

    async def rules(self, _: Request) -> Response:
        """Every rule, in the order in which they are tried."""
        return JSONResponse({"rules": [serialize_rule(rule) for rule in self._state.rules]})

    async def add_rule(self, request: Request) -> Response:
        """The rule that was added."""
        name_in_path = request.path_params.get("name")
        keys = ("directives",) if name_in_path is not None else ("directives", "name")
        body = body_fields(await self._read_json(request), keys)
        directives, name = body.get("directives"), body.get("name", name_in_path)
        if not isinstance(directives, str) or not _is_rule_name(name):
            raise bad_request(RULE)
        try:
            return JSONResponse(serialize_rule(self._state.rules.add(directives, name)))
        except (DirectiveError, TooManyRulesError) as error:
            raise bad_request(str(error)) from None

    async def rule(self, request: Request) -> Response:
        """One rule, and how often it was applied."""
        return JSONResponse(serialize_rule(self._find_rule(request)))

    async def remove_rule(self, request: Request) -> Response:
        """Forget one rule."""
        await self._read_nothing(request)
        self._state.rules.remove(self._find_rule(request).name)
        return JSONResponse({})

    async def remove_rules(self, request: Request) -> Response:
        """Forget every rule."""
        await self._read_nothing(request)
        self._state.rules.clear()
        return JSONResponse({})

    async def reset(self, request: Request) -> Response:
        """Forget calls, rules, objects and links; back to the settings at the start."""
        _require_empty(await google.read(request.scope, request.receive, MAX_BODY_BYTES))
        await run_in_threadpool(self._state.reset)  # another process may hold the storage
        return JSONResponse({})

    async def config(self, _: Request) -> Response:
        """The settings that may change while the fake runs."""
        return JSONResponse(shown(self._state.config))

    async def configure(self, request: Request) -> Response:
        """The settings, some of them changed until the next reset."""
        try:
            self._state.configure(**changes(await self._read_json(request)))
        except SettingError as error:
            raise bad_request(str(error)) from None
        return JSONResponse(shown(self._state.config))

    async def clock(self, _: Request) -> Response:
        """What the manual clock shows, in seconds."""
        return JSONResponse({"manual": self._state.rules.clock.manual})

    async def advance(self, request: Request) -> Response:
        """What the manual clock shows after it was moved on."""
        seconds = body_fields(await self._read_json(request), ["advance"]).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise bad_request('seconds are expected: {"advance": 60}.')
        try:
            return JSONResponse({"manual": self._state.rules.clock.advance(seconds)})
        except ValueError as error:
            raise bad_request(str(error)) from None

    async def _read_body(self, request: Request) -> bytes:
        """The body, even where nothing is read from it: a request that breaks off has no effect.

        Raises ApiError `cancelled` if the fake was reset while it came.
        """
        generation = self._state.generation
        raw = await google.read(request.scope, request.receive, MAX_BODY_BYTES)
        generation.check()
        return raw

    async def _read_nothing(self, request: Request) -> None:
        _require_empty(await self._read_body(request))

    async def _read_json(self, request: Request) -> dict[str, Any]:
        body = parse(await self._read_body(request), reject_duplicate_keys)
        if not isinstance(body, dict):
            raise bad_request("a JSON object is expected as the body.")
        return body

    def _find_call(self, request: Request) -> Called:
        text = request.path_params["number"]
        number = parse_int(text)
        called = None if number is None else self._state.journal.get(number)
        if called is None:
            raise _not_found(f"call {text[:80]} was never made, or is forgotten.")
        return called

    def _find_rule(self, request: Request) -> Rule:
        name = request.path_params["name"]
        rule = self._state.rules.get(name)
        if rule is None:
            raise _not_found(f"there is no rule {name[:80]!r}.")
        return rule


def _require_empty(raw: bytes) -> None:
    """Raise ApiError unless a body is empty or an empty object."""
    if raw.strip() and parse(raw) != {}:
        raise bad_request("nothing is read from a body here; leave it out.")


def _is_rule_name(name: Any) -> bool:
    """Whether a rule may have that name; None is allowed."""
    if not isinstance(name, str):
        return name is None
    return bool(NAME.fullmatch(name)) and name.isprintable() and name not in (".", "..")


def _not_found(problem: str) -> ApiError:
    return ApiError("fake_missing", problem=problem)
