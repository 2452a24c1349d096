"""Moves in the control API: what becomes of one call of Imagen, or of those in the journal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from imagen_fake import spec
from imagen_fake.migration.asked import asked
from imagen_fake.migration.migrate import SURFACES, migrate
from imagen_fake.migration.survey import survey_journal
from imagen_fake.state.state import SettingError, State, parse_date
from imagen_fake.surfaces.control_requests import bad_request, project_param
from imagen_fake.surfaces.request_body import receive_body
from imagen_fake.surfaces.worker import run_off_loop

OPTIONS = ("as_of", "surface", "to")

MAX_BYTES = 4 * 2**20
"""Of a call: its pictures stand in each of the calls that take its place, up to eight times."""


async def get_migrations(state: State, request: Request) -> JSONResponse:
    """What a move changes in the calls so far, grouped."""
    settings, project = _settings(state, request.query_params), project_param(request)
    return await run_off_loop(
        lambda: JSONResponse(survey_journal(state.journal, project, **settings).to_json())
    )


async def post_migrate(state: State, request: Request) -> JSONResponse:
    """What becomes of the call in the body, which `model` or the body itself says whose it is."""
    settings = _settings(state, request.query_params)
    place = request.query_params.get("model", "")
    generation = state.generation
    limit = min(MAX_BYTES, state.config.max_body_bytes)
    raw = await receive_body(request.scope, request.receive, limit)
    generation.raise_if_ended()
    return await run_off_loop(lambda: JSONResponse(_moved(raw, place, settings)))


def _moved(raw: bytes, place: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    call = asked(raw, place)
    if not call.model and call.readable:
        raise bad_request("say which model is asked: ?model=ID, or a body with url and body.")
    where = settings["surface"] or call.surface or SURFACES[0]
    return migrate(call.body, call.model, **{**settings, "surface": where}).to_json()


def _settings(state: State, query: Mapping[str, str]) -> dict[str, Any]:
    """The successor, the surface and the day that a query names, the day of the fake without."""
    to, surface = query.get("to"), query.get("surface")
    if to is not None and spec.content_model(to) is None:
        raise bad_request(f"to is {to[:80]!r}; expected is a model of generateContent.")
    if surface is not None and surface not in SURFACES:
        raise bad_request(f"surface is {surface[:80]!r}; expected is {' or '.join(SURFACES)}.")
    return {"to": to, "surface": surface, "as_of": _day(state, query)}


def _day(state: State, query: Mapping[str, str]) -> date | None:
    try:
        return parse_date(query["as_of"]) if "as_of" in query else state.config.as_of
    except SettingError as error:
        raise bad_request(str(error)) from None
