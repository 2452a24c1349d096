"""The rules of the control API: listed, added, removed."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imagen_fake.directives.directives import DirectiveError
from imagen_fake.state.rules import Rule, TooManyRulesError
from imagen_fake.state.state import State
from imagen_fake.surfaces.control_requests import (
    bad_request,
    body_fields,
    not_found,
    read_body,
    read_json,
    require_empty,
)
from imagen_fake.surfaces.serializers import serialize_rule

NAME = re.compile("[^/]{1,200}")
EXPECTED = (
    'a rule is {"directives": "error=503 times=2"}, and may have a "name" of up to 200 printable'
    " characters, none of them a slash."
)


class RulesEndpoint:
    """The endpoints. Every method raises ApiError."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def list_rules(self, _: Request) -> Response:
        """Every rule, in the order in which they are tried."""
        return JSONResponse({"rules": [serialize_rule(rule) for rule in self._state.rules]})

    async def add(self, request: Request) -> Response:
        """The rule that was added."""
        name_in_path = request.path_params.get("name")
        keys = ("directives",) if name_in_path is not None else ("directives", "name")
        body = body_fields(await read_json(request, self._state), keys)
        directives, name = body.get("directives"), body.get("name", name_in_path)
        if not isinstance(directives, str) or not _is_rule_name(name):
            raise bad_request(EXPECTED)
        try:
            return JSONResponse(serialize_rule(self._state.rules.add(directives, name)))
        except (DirectiveError, TooManyRulesError) as error:
            raise bad_request(str(error)) from None

    async def get(self, request: Request) -> Response:
        """One rule, and how often it was applied."""
        return JSONResponse(serialize_rule(self._find(request)))

    async def remove(self, request: Request) -> Response:
        """Forget one rule."""
        require_empty(await read_body(request, self._state))
        self._state.rules.remove(self._find(request).name)
        return JSONResponse({})

    async def clear(self, request: Request) -> Response:
        """Forget every rule."""
        require_empty(await read_body(request, self._state))
        self._state.rules.clear()
        return JSONResponse({})

    def _find(self, request: Request) -> Rule:
        name = request.path_params["name"]
        rule = self._state.rules.get(name)
        if rule is None:
            raise not_found(f"there is no rule {name[:80]!r}.")
        return rule


def _is_rule_name(name: Any) -> bool:
    """Whether a rule may have that name; None is allowed."""
    if not isinstance(name, str):
        return name is None
    return bool(NAME.fullmatch(name)) and name.isprintable() and name not in (".", "..")
