"""What schemathesis cannot know from the document alone; it imports this file by its name."""

import base64
import re
from collections import Counter
from io import BytesIO
from typing import Any

import schemathesis
from hypothesis import strategies as st
from PIL import Image

from imagen_fake import spec

COLOURS = ("white", "tomato")
SIDE = 64
ADDRESS = "gs://bucket/picture.png"
STATUSES = Counter[int]()
"""How many calls were answered with each status."""


def picture(colour: str, kind: str) -> str:
    file = BytesIO()
    Image.new("RGB", (SIDE, SIDE), colour).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


# JSON Schema can say that a text is base64, not that it is a picture. All have one size, as
# masks must have that of their picture.
PICTURES = [picture(colour, kind) for colour in COLOURS for kind in ("PNG", "JPEG")]
PICTURE = "picture"
schemathesis.openapi.format(PICTURE, st.sampled_from(PICTURES))


@schemathesis.hook
def before_load_schema(
    context: schemathesis.HookContext,  # noqa: ARG001
    raw_schema: dict[str, Any],
) -> None:
    """Leave tokens as the only credentials, and let texts in base64 be pictures.

    To an unknown key the service answers 400. That was recorded (API_KEY_INVALID); schemathesis
    takes nothing but 401 and 403.
    """
    mark_pictures(raw_schema["components"])
    for item in raw_schema["paths"].values():
        for method in item.keys() & {"get", "post"}:
            item[method]["security"] = [{"token": []}]
    schemes = raw_schema["components"]["securitySchemes"]
    raw_schema["components"]["securitySchemes"] = {"token": schemes["token"]}


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:  # noqa: ARG001
    """Leave out what the service takes although it is documented otherwise: no list of instances.

    To say so in the document would make every generated client's type a union.
    """
    return not (isinstance(body, dict) and isinstance(body.get("instances"), dict))


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case[Any], kwargs: Any) -> None:  # noqa: ARG001
    """Send every address in Cloud Storage as one of a bucket that can be there.

    What bucket names Google forbids is more than the pattern of an address says.
    """
    case.body = stored(case.body)


@schemathesis.hook
def after_call(context: Any, case: schemathesis.Case[Any], response: Any) -> None:  # noqa: ARG001
    """Count the answer."""
    STATUSES[response.status_code] += 1


def stored(node: Any) -> Any:
    """A body with other addresses."""
    if isinstance(node, list):
        return [stored(child) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: ADDRESS if is_address(key, child) else stored(child) for key, child in node.items()
    }


def mark_pictures(node: Any) -> None:
    """Give every schema of a text in base64 the format that schemathesis makes pictures of."""
    if isinstance(node, list):
        for child in node:
            mark_pictures(child)
    elif isinstance(node, dict):
        if node.get("contentEncoding") == "base64":
            node["format"] = PICTURE
        for child in node.values():
            mark_pictures(child)


def is_address(key: str, value: Any) -> bool:
    """Whether a field holds what its pattern takes for an address."""
    return key in PATTERNS and isinstance(value, str) and bool(re.search(PATTERNS[key], value))


def patterns() -> dict[str, str]:
    """The patterns of the fields that hold addresses."""
    defs = spec.task_schema("upscale")["$defs"]
    fields = {**defs["media"]["properties"], **defs["parameters"]["properties"]}
    return {name: fields[name]["pattern"] for name in ("gcsUri", "storageUri")}


PATTERNS = patterns()
