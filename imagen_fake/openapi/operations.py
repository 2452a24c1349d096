"""Operations: responses, headers, parameters, security."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.openapi.components import Components, any_of, identifier
from imagen_fake.spec import Surface

Part = Mapping[str, Any]

OWN = "x-imagen-fake"
CREDENTIALS: Part = {
    "token": {"type": "http", "scheme": "bearer", "description": "An OAuth 2.0 access token."},
    "key": {"type": "apiKey", "in": "header", "name": "x-goog-api-key"},
    "keyInQuery": {"type": "apiKey", "in": "query", "name": "key"},
}
SECURITY_SCHEMES = {"openai": ["token"]}
"""The security schemes of a surface that has not all of them."""

ERRORS = {"openai": "openai_error", "aiml": "aiml_error"}
"""The file of `schemas/responses` that describes a surface's refusals, if it is not `status`."""


def operation(
    components: Components,
    name: str,
    title: str,
    surface: Surface,
    result: Part,
    *foreign: str,
    streams: bool = False,
    **more: Any,
) -> Part:
    """An operation: its id, a line about it, its answers, and whatever else it has.

    The id is one that every generator takes as it stands. `foreign` are surfaces of which calls
    without a token get the refusals. One that streams answers with a list, or events.
    """
    return {
        "operationId": identifier(name),
        "summary": title,
        "tags": [surface.name],
        "security": [{scheme: []} for scheme in SECURITY_SCHEMES.get(surface.name, CREDENTIALS)],
        **more,
        "responses": responses(components, surface, result, *foreign, streams=streams),
    }


def responses(
    components: Components, surface: Surface, result: Part, *foreign: str, streams: bool = False
) -> Part:
    """The responses of an operation: the one with a result, and every refusal there is."""
    headers = {
        name: components.put("headers", [name, f"{surface.name}.{name}"], header)
        for name, header in _headers(surface)
    }
    names = (surface.name, *foreign, *(["stream"] if streams else []))
    schemas = [components.answer(ERRORS.get(name, "status")) for name in (surface.name, *foreign)]
    if streams:
        schemas.append({"type": "array", "items": schemas[0], "minItems": 1, "maxItems": 1})
        result = {"type": "array", "items": result, "minItems": 1}
    error_schema = any_of(schemas)
    by_code: dict[str, Any] = {"200": _response("The answer.", result, headers)}
    if streams:
        by_code["200"]["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    for code, reasons in error_descriptions().items():
        response = _response("\n".join(reasons), error_schema, {} if foreign else headers)
        by_code[str(code)] = components.put("responses", [f"{'.'.join(names)}.{code}"], response)
    return by_code


@cache
def error_descriptions() -> Mapping[int, list[str]]:
    """The status codes of refusals, in order, with a line of Markdown for each reason."""
    codes, lines = spec.table("status_codes")["codes"], defaultdict[int, list[str]](list)
    for error in spec.read("errors.json")["errors"].values():
        code = error.get("http", codes[error["status"]]["http"])
        line = f"* `{error['status']}`: {error['when']}"
        if line not in lines[code]:
            lines[code].append(line)
    return dict(sorted(lines.items()))


def json_body(components: Components, schema: Part, examples: Part) -> Part:
    """A JSON body, required, with examples by their names."""
    media = {"schema": schema}
    if examples:
        media["examples"] = {
            name.rpartition("/")[2]: components.put("examples", [name], {"value": value})
            for name, value in examples.items()
        }
    return {"required": True, "content": {"application/json": media}}


def in_path(name: str, example: str, **schema: Any) -> Part:
    """A path parameter."""
    shape = {"type": "string", "minLength": 1, **schema}
    return {"name": name, "in": "path", "required": True, "schema": shape, "example": example}


def _response(description: str, schema: Part, headers: Part) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"description": description, "headers": headers, "content": content}


def _headers(surface: Surface) -> Iterator[tuple[str, Part]]:
    """The headers of every answer; one that is sent several times is read as a list."""
    values = defaultdict[str, list[str]](list)
    for name, value in surface.facts["headers"]["value"]:
        values[name].append(value)
    for name, lines in values.items():
        if name != "content-type":
            yield name, {"required": True, "schema": _header(lines)}
    if "serverTiming" in surface.facts:
        yield "server-timing", {"schema": {"type": "string"}}
    yield OWN, {"description": "The version of the fake.", "schema": {"type": "string"}}


def _header(values: list[str]) -> Part:
    """The schema of a header; of several lines, whether they come joined (RFC 9110) or not."""
    if len(values) == 1:
        return {"type": "string", "enum": values}
    line = "|".join(re.escape(value).replace(r"\-", "-") for value in values)  # ECMA has no \-
    return {
        "type": "string",
        "pattern": f"^({line})(, ({line}))*$",
        "examples": [", ".join(values)],
    }
