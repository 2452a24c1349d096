"""The calls of the control API: listed, filtered, shown in full, forgotten."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imagen_fake.state.called import Called
from imagen_fake.state.journal import Journal
from imagen_fake.state.matching import MAX_PROMPT_LENGTH
from imagen_fake.state.state import State
from imagen_fake.surfaces.control_requests import (
    filter_patterns,
    int_param,
    not_found,
    parse_int,
    project_param,
    read_nothing,
)
from imagen_fake.surfaces.worker import run_off_loop

FILTERS = ("surface", "model", "task", "status", "prompt")
"""Fields that calls can be filtered by, with patterns such as `imagen-4*`."""

MAX_WARNINGS = 100
PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000


async def list_calls(state: State, request: Request) -> Response:
    """A page of the calls, the oldest first; `project`, `model`, … narrow them down."""
    query = request.query_params
    after, limit = int_param(query, "after", 0), int_param(query, "limit", PAGE_SIZE)
    filters = filter_patterns(query, FILTERS)
    project, limit = project_param(request), min(limit, MAX_PAGE_SIZE)
    page = await run_off_loop(_page, state.journal, project, filters, after, limit)
    return Response(page, media_type="application/json")


def _page(
    journal: Journal, project: str | None, filters: Mapping[str, str], after: int, limit: int
) -> str:
    """The page as JSON, serialized call by call so that other threads get their turn."""
    page: dict[str, Any] = {}
    matching = (
        called
        for called in journal.of(project)
        if called.number > after and matches_filters(called, filters)
    )
    calls = list(islice(matching, limit + 1))
    if len(calls) > limit > 0:
        page["after"] = calls[limit - 1].number
    shed = journal.shed if project is None else journal.shed_of(project)
    if any(shed):
        page["shed"] = shed._asdict()
    items = ", ".join(json.dumps(serialize_summary(called)) for called in calls[:limit])
    return f"{json.dumps({**page, 'calls': []}).removesuffix(']}')}{items}]}}"


async def clear_calls(state: State, request: Request) -> Response:
    """Forget every call, or those of a project."""
    await read_nothing(request, state)
    state.journal.clear(project_param(request))
    return JSONResponse({})


async def get_call(state: State, request: Request) -> Response:
    """All that is known of one call."""
    called = _find_call(state, request)
    return await run_off_loop(lambda: JSONResponse(serialize_call(called)))


async def get_picture(state: State, request: Request) -> Response:
    """The thumbnail of one of its pictures, as a JPEG file."""
    called, index = _find_call(state, request), parse_int(request.path_params["index"])
    thumbnails = await run_off_loop(lambda: called.thumbnails)
    if index is None or index >= len(thumbnails):
        raise not_found(f"call {called.number} has {len(thumbnails)} pictures.")
    return Response(thumbnails[index], media_type="image/jpeg")


def _find_call(state: State, request: Request) -> Called:
    text = request.path_params["number"]
    number = parse_int(text)
    called = None if number is None else state.journal.get(number)
    if called is None:
        raise not_found(f"call {text[:80]} was never made, or is forgotten.")
    return called


def matches_filters(called: Called, patterns: Mapping[str, str]) -> bool:
    """Whether a call matches every pattern."""
    return all(
        fnmatchcase(str(getattr(called, name) or "")[:MAX_PROMPT_LENGTH], value)
        for name, value in patterns.items()
    )


def serialize_summary(called: Called) -> dict[str, Any]:
    """A call as an item of a list."""
    return {
        "number": called.number,
        "time": datetime.fromtimestamp(called.at, UTC).isoformat(timespec="milliseconds"),
        "project": called.project,
        "surface": called.surface,
        "method": called.method,
        "path": called.path,
        "model": called.model,
        "task": called.task,
        "prompt": called.prompt[:500],
        "status": called.status,
        "seconds": round(called.seconds, 6),
        "warnings": list(called.warnings[:MAX_WARNINGS]),
        "directives": serialize_directives(called.directives),
    }


def serialize_call(called: Called) -> dict[str, Any]:
    """A call in full."""
    paths = [f"/_fake/calls/{called.number}/pictures/{n}" for n in range(len(called.thumbnails))]
    return {
        **serialize_summary(called),
        "warnings": list(called.warnings),
        "headers": called.headers,
        "body": called.body,
        "instance": called.instance,
        "parameters": called.parameters,
        "answer": called.answer,
        "pictures": paths,
    }


def serialize_directives(directives: Mapping[str, Any]) -> dict[str, Any]:
    """Forced outcomes by the names of their directives."""
    return {
        name: ":".join(filter(None, value)) if name == "error" else value
        for name, value in directives.items()
    }
