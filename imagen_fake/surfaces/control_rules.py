"""The rules of the control API: listed, added, replaced, forgotten."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imagen_fake.directives.directives import DirectiveError
from imagen_fake.state.rule import Rule
from imagen_fake.state.rules import TooManyRulesError
from imagen_fake.state.state import State
from imagen_fake.surfaces.control_requests import (
    bad_request,
    body_fields,
    not_found,
    project_param,
    read_json,
    read_nothing,
)

NAME = re.compile("[^/]{1,200}")
EXPECTED = (
    'a rule is {"directives": "error=503 times=2"}, and may have a "name" of up to 200 printable'
    " characters, none of them a slash."
)


async def list_rules(state: State, request: Request) -> Response:
    """Every rule, or those of a project, in the order in which they are tried."""
    rules = state.rules.of(project_param(request))
    return JSONResponse({"rules": [serialize_rule(rule) for rule in rules]})


async def add_rule(state: State, request: Request) -> Response:
    """The rule that was added."""
    name_in_path = request.path_params.get("name")
    keys = ("directives",) if name_in_path is not None else ("directives", "name")
    body = body_fields(await read_json(request, state), keys)
    directives, name = body.get("directives"), body.get("name", name_in_path)
    if not isinstance(directives, str) or not _is_rule_name(name):
        raise bad_request(EXPECTED)
    try:
        rule = state.rules.add(directives, name, project=project_param(request))
        return JSONResponse(serialize_rule(rule))
    except (DirectiveError, TooManyRulesError) as error:
        raise bad_request(str(error)) from None


async def get_rule(state: State, request: Request) -> Response:
    """One rule, and how often it was applied."""
    return JSONResponse(serialize_rule(_find_rule(state, request)))


async def remove_rule(state: State, request: Request) -> Response:
    """Forget one rule."""
    await read_nothing(request, state)
    state.rules.remove(_find_rule(state, request))
    return JSONResponse({})


async def clear_rules(state: State, request: Request) -> Response:
    """Forget every rule, or those of a project."""
    await read_nothing(request, state)
    state.rules.clear(project_param(request))
    return JSONResponse({})


def _find_rule(state: State, request: Request) -> Rule:
    name = request.path_params["name"]
    rule = state.rules.get(name, project_param(request))
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
        "project": rule.project,
        "directives": rule.directives,
        "seen": rule.seen,
        "applied": rule.applied,
    }
