"""What tests and people ask the fake itself, below `/_fake/`: calls, rules, settings, the clock."""

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake import __version__
from imagen_fake.called import Called
from imagen_fake.directives import DirectiveError
from imagen_fake.errors import ApiError
from imagen_fake.payload import parse
from imagen_fake.rules import Rule, TooManyRulesError
from imagen_fake.settings import SettingError, changes, shown
from imagen_fake.state import State
from imagen_fake.surfaces import google
from imagen_fake.views import FILTERS, brief, fits, ruled, whole_call

PREFIX = "/_fake/"
LARGEST = 2**16
"""Of a body, in bytes."""

PAGE = 50
LARGEST_PAGE = 1000

Answering = Callable[[Request], Awaitable[Response]]


def routes(state: State) -> list[BaseRoute]:
    """The routes of control; `control.json` describes them."""
    control = Control(state)
    table: Mapping[str, Mapping[str, Answering]] = {
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
        "control.json": {"GET": described},
    }  # fmt: skip
    return [Route(PREFIX + path, _chosen(known), methods=[*known]) for path, known in table.items()]


def _chosen(known: Mapping[str, Answering]) -> Answering:
    """One endpoint for the methods of a path."""

    async def endpoint(request: Request) -> Response:
        return await known["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


async def health(_: Request) -> Response:
    """Whether the fake answers, and its version."""
    return JSONResponse({"status": "ok", "version": __version__})


async def described(_: Request) -> Response:
    """The OpenAPI document of these routes."""
    file = Path(__file__).with_name("control.json")
    return Response(file.read_bytes(), media_type="application/json")


class Control:
    """What the routes do with one fake. Every method raises ApiError."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def calls(self, request: Request) -> Response:
        """A page of the calls, the oldest first; `surface`, `model`, … narrow them down."""
        query = request.query_params
        after, limit = _number(query, "after", 0), _number(query, "limit", PAGE)
        wanted = {name: query[name] for name in FILTERS if name in query}
        later = (one for one in self._state.journal if one.number > after)
        found = [one for one in later if fits(one, wanted)]
        page: dict[str, Any] = {"calls": [brief(one) for one in found[:limit]]}
        if len(found) > limit > 0:
            page["after"] = found[limit - 1].number
        if any(self._state.journal.shed):
            page["shed"] = self._state.journal.shed._asdict()
        return JSONResponse(page)

    async def forget_calls(self, request: Request) -> Response:
        """Forget every call."""
        await self._raw(request)
        self._state.journal.clear()
        return JSONResponse({})

    async def call(self, request: Request) -> Response:
        """All that is known of one call."""
        return JSONResponse(await run_in_threadpool(whole_call, self._called(request)))

    async def picture(self, request: Request) -> Response:
        """The thumbnail of one of its pictures, as a JPEG file."""
        called, index = self._called(request), _digits(request.path_params["index"])
        thumbnails = await run_in_threadpool(lambda: called.thumbnails)
        if index is None or index >= len(thumbnails):
            raise _missing(f"call {called.number} has {len(thumbnails)} pictures.")
        return Response(thumbnails[index], media_type="image/jpeg")

    async def rules(self, _: Request) -> Response:
        """Every rule, in the order in which they are tried."""
        return JSONResponse({"rules": [ruled(rule) for rule in self._state.rules]})

    async def add_rule(self, request: Request) -> Response:
        """The rule that was added."""
        asked = await self._body(request)
        placed = request.path_params.get("name")
        name = asked.pop("name", None) if placed is None else placed
        directives = asked.pop("directives", None)
        if asked or not isinstance(directives, str) or not _is_name(name):
            raise _refused('a rule is {"directives": "error=503 times=2"}, with a name or without.')
        try:
            return JSONResponse(ruled(self._state.rules.add(directives, name)))
        except (DirectiveError, TooManyRulesError) as error:
            raise _refused(str(error)) from None

    async def rule(self, request: Request) -> Response:
        """One rule, and how often it was applied."""
        return JSONResponse(ruled(self._rule(request)))

    async def remove_rule(self, request: Request) -> Response:
        """Forget one rule."""
        await self._raw(request)
        self._state.rules.remove(self._rule(request).name)
        return JSONResponse({})

    async def remove_rules(self, request: Request) -> Response:
        """Forget every rule."""
        await self._raw(request)
        self._state.rules.clear()
        return JSONResponse({})

    async def reset(self, request: Request) -> Response:
        """Forget calls, rules, objects and links; back to the settings at the start."""
        await google.read(request.receive, LARGEST)
        self._state.reset()
        return JSONResponse({})

    async def config(self, _: Request) -> Response:
        """The settings that may change while the fake runs."""
        return JSONResponse(shown(self._state.config))

    async def configure(self, request: Request) -> Response:
        """The settings, some of them changed until the next reset."""
        try:
            self._state.configure(**changes(await self._body(request)))
        except SettingError as error:
            raise _refused(str(error)) from None
        return JSONResponse(shown(self._state.config))

    async def clock(self, _: Request) -> Response:
        """What the manual clock shows, in seconds."""
        return JSONResponse({"manual": self._state.rules.clock.manual})

    async def advance(self, request: Request) -> Response:
        """What the manual clock shows after it was moved on."""
        seconds = (await self._body(request)).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise _refused('seconds are expected: {"advance": 60}.')
        try:
            return JSONResponse({"manual": self._state.rules.clock.advance(seconds)})
        except ValueError as error:
            raise _refused(str(error)) from None

    async def _raw(self, request: Request) -> bytes:
        """The body, even where nothing is read from it: a request that breaks off has no effect.

        Raises ApiError `cancelled` if the fake was reset while it came.
        """
        generation = self._state.generation
        raw = await google.read(request.receive, LARGEST)
        generation.check()
        return raw

    async def _body(self, request: Request) -> dict[str, Any]:
        body = parse(await self._raw(request))
        if not isinstance(body, dict):
            raise _refused("a JSON object is expected as the body.")
        return body

    def _called(self, request: Request) -> Called:
        asked = request.path_params["number"]
        number = _digits(asked)
        called = None if number is None else self._state.journal.get(number)
        if called is None:
            raise _missing(f"call {asked[:80]} was never made, or is forgotten.")
        return called

    def _rule(self, request: Request) -> Rule:
        name = request.path_params["name"]
        rule = self._state.rules.get(name)
        if rule is None:
            raise _missing(f"there is no rule {name[:80]!r}.")
        return rule


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    number = _digits(value)
    if number is None:
        raise _refused(f"{name} must be a whole number, not {value[:80]!r}.")
    return min(number, LARGEST_PAGE) if name == "limit" else number


def _digits(text: str) -> int | None:
    """The number that a text is; None if it is none, or a large one."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _is_name(name: Any) -> bool:
    """Whether a rule may be called so, and be found by it; None is no name, and may be."""
    return name is None or (isinstance(name, str) and bool(re.fullmatch(r"[^/]{1,200}", name)))


def _refused(problem: str) -> ApiError:
    return ApiError("fake_refused", problem=problem)


def _missing(problem: str) -> ApiError:
    return ApiError("fake_missing", problem=problem)
