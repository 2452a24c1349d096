"""Requests of cross-origin pages that are refused on routes open to them."""

from collections.abc import Container, Mapping
from functools import partial
from typing import Any

from starlette.types import Receive

from imagen_fake import spec
from imagen_fake.middleware.cross_origin import ADVICE, CROSS_ORIGIN
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.normalize import fold_key
from imagen_fake.pipeline.payload import parse_body
from imagen_fake.surfaces.model_paths import ModelCall
from imagen_fake.surfaces.worker import run_in_worker


async def refuse_objects(call: ModelCall, scope: Mapping[str, Any], receive: Receive) -> None:
    """Raise ApiError for a body in which a foreign page names an object of Cloud Storage.

    Every key counts, whether or not the model reads it, and though an equal one follows.
    """
    page = scope.get(CROSS_ORIGIN)
    if page is not None:
        await run_in_worker(call.memory, receive, partial(_look_for_objects, page, call.raw))


def _look_for_objects(page: str, raw: bytes) -> None:
    facts = spec.read("surfaces/storage.json")
    field_names = (*facts["fields"]["value"], *facts["otherFields"]["value"])
    names = {fold_key(name) for name in field_names}
    try:
        parse_body(raw, partial(_reject_object_names, page, names))
    except ApiError as error:
        if error.id == "fake_forbidden":
            raise  # whatever else is wrong with a body, the surface says


def _reject_object_names(
    page: str, names: Container[str], pairs: list[tuple[str, Any]]
) -> Mapping[str, Any]:
    """An object of JSON. Raises ApiError if one of its keys names an object of Cloud Storage."""
    if any(value and fold_key(key) in names for key, value in pairs):
        problem = f"{page} may not name objects of Cloud Storage; to let it, {ADVICE}."
        raise ApiError("fake_forbidden", problem=problem)
    return dict(pairs)
