"""The verdict of the control API: what clients did wrong."""

import re
from collections.abc import Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse

from imagen_fake.state.state import SettingError, State, parse_date
from imagen_fake.surfaces.control_requests import bad_request, project_param
from imagen_fake.surfaces.worker import run_off_loop
from imagen_fake.verdict.verdict import judge_journal

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


async def get_verdict(state: State, request: Request) -> JSONResponse:
    """The verdict on the calls so far; `as_of`, `budget` and `project` say by what it judges."""
    query = request.query_params
    try:
        as_of = parse_date(query["as_of"]) if "as_of" in query else state.config.as_of
    except SettingError as error:
        raise bad_request(str(error)) from None
    judged = state.journal, project_param(request)
    verdict = await run_off_loop(
        partial(judge_journal, *judged, as_of=as_of, budget=_budget(query))
    )
    return JSONResponse(verdict.to_json())


def _budget(query: Mapping[str, str]) -> float | None:
    text = query.get("budget")
    if text is None:
        return None
    if not AMOUNT.fullmatch(text):
        raise bad_request(f"budget is an amount of US dollars such as 2.5, not {text[:80]!r}.")
    return float(text)
