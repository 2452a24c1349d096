"""How a case is spelled as a request: where each surface is asked, and with which credential."""

import json
from typing import Any
from urllib.parse import quote

from imagen_fake.contract.exchange import Case, Request

SECRET = "contract-kit-credential-0123456789"  # noqa: S105
"""What is sent where nobody looks at the credential; no answer may repeat it."""

HOST = "https://imagen-fake.example"
SCOPE = "/v1/projects/{project}/locations/{location}"
PATHS = {
    "vertex": SCOPE + "/publishers/google/models/{model}:predict",
    "gemini": "/v1beta/models/{model}:predict",
    "aiml": "/v1/images/generations",
    "openai": "/v1/images/generations",
}
"""Where each surface is asked, as `schemas/README.md` and the surfaces' files spell it."""

OWN = {**PATHS, "openai": "/v1beta/openai/images/generations"}
"""Where a body without fields is asked: nothing in it tells whose it is at a place of two."""


def spelled(
    case: Case,
    base: str,
    secret: str = SECRET,
    project: str = "contract-project",
    location: str = "us-central1",
) -> Request:
    """The request of a case on its surface, below a URL, with the surface's way to show a key."""
    fieldless = not isinstance(case.body, dict | bytes)
    path = (OWN if fieldless else PATHS)[case.surface].format(
        project=quote(project), location=quote(location), model=quote(case.model, safe="@")
    )
    named = {"gemini": (b"x-goog-api-key", secret.encode())}
    shown = named.get(case.surface, (b"authorization", b"Bearer " + secret.encode()))
    return Request("POST", base + path, (JSON, shown), encoded(case.body))


JSON = (b"content-type", b"application/json")


def encoded(body: Any) -> bytes:
    """A body as it is sent; bytes are sent as they are."""
    if isinstance(body, bytes):
        return body
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
