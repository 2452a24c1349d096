"""The request of a case: its path on each surface, and its credential."""

import json
from typing import Any
from urllib.parse import quote

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Request

SECRET = "contract-kit-credential-0123456789"  # noqa: S105
"""The credential where none is checked; no answer may repeat it."""

HOST = "https://imagen-fake.example"
SCOPE = "/v1/projects/{project}/locations/{location}"
UNAMBIGUOUS_PATHS = {
    "vertex": SCOPE + "/publishers/google/models/{model}:predict",
    "gemini": "/v1beta/models/{model}:predict",
    **{
        dialect: path
        for path, place in spec.surface("openai").facts["paths"]["value"].items()
        for dialect in place["dialects"]
    },
}
"""The path of each surface for a body without fields, which does not tell the dialect."""

PATHS = {**UNAMBIGUOUS_PATHS, "openai": UNAMBIGUOUS_PATHS["aiml"]}
"""The path of each surface, as `schemas/README.md` and the surfaces' files have it."""


def build_request(
    case: Case,
    base: str,
    secret: str = SECRET,
    project: str = "contract-project",
    location: str = "us-central1",
) -> Request:
    """The request of a case, below a URL, with the credential in the surface's header."""
    fieldless = not isinstance(case.body, dict | bytes)
    path = (UNAMBIGUOUS_PATHS if fieldless else PATHS)[case.surface].format(
        project=quote(project), location=quote(location), model=quote(case.model, safe="@")
    )
    headers = {"gemini": (b"x-goog-api-key", secret.encode())}
    credential = headers.get(case.surface, (b"authorization", b"Bearer " + secret.encode()))
    return Request("POST", base + path, (JSON, credential), encode_body(case.body))


JSON = (b"content-type", b"application/json")


def encode_body(body: Any) -> bytes:
    """A body as it is sent; bytes are sent as they are."""
    if isinstance(body, bytes):
        return body
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
