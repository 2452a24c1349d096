"""What a picture's file says of how it was made, as `schemas/tables/provenance.json` has it."""

from collections.abc import Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.imaging.files.manifest import with_manifest
from imagen_fake.pipeline.call import Call
from imagen_fake.version import __version__

INPUT = "input"


def signed(
    call: Call, data: bytes, mime_type: str, *, layout: str = "", edited: bool = False
) -> bytes:
    """Return a picture's file with a C2PA manifest if that is wanted and the service's has one.

    Args:
        call: whose surface and task decide.
        data: the file.
        mime_type: of the file.
        layout: of the file, by its name in `tables/picture_profiles.json`; decides instead of the
            task.
        edited: whether it was made of a picture.
    """
    carried = spec.table("provenance")["carried"].get(layout or call.task, {})
    if not (
        call.c2pa
        and call.surface.name in carried.get("surfaces", ())
        and mime_type in carried["mimeTypes"]
    ):
        return data
    return with_manifest(data, mime_type, _manifest(edited=edited))


def _manifest(*, edited: bool) -> Mapping[str, Any]:
    table = spec.table("provenance")
    kind = table["sourceType"]["value"]
    first, *others = ({**each, "digitalSourceType": kind} for each in table["actions"]["value"])
    ingredients = [{"label": INPUT, **table["ingredient"]["value"]}] if edited else []
    if edited:
        first["parameters"] = {"ingredientIds": [INPUT]}
    actions = {"actions": [first, *others]}
    return {
        "claim_generator_info": [{"name": "imagen-fake", "version": __version__}],
        "ingredients": ingredients,
        "assertions": [{"label": "c2pa.actions.v2", "data": actions, "created": True}],
    }
