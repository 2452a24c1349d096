"""A fake in process whose control API is held against its document."""

import json
from typing import Any

import jsonschema_rs

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.surfaces.control import PREFIX
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response
from tests.conftest import RESOURCE
from tests.openapi.reading import followed

MODEL, UPSCALING = "imagen-4.0-generate-001", "imagen-4.0-upscale-preview"


PREDICT = f"/v1/{RESOURCE}{MODEL}:predict"


SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


CONFIGURED = ("prompt=nope* error=500",)


class ControlClient:
    """A fake in process, asked by paths; what comes back from control fits its document."""

    def __init__(self) -> None:
        self.state = State(Config(rules=CONFIGURED))
        self.fake = InProcess(self.state)

    def ask(self, method: str, path: str, body: Any = None) -> Response:
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        response = self.fake.ask(Request(method, f"http://fake{path}", (), raw))
        if path.startswith(PREFIX) and response.status not in (405, 500):
            fit(method, path, response)
        return response

    def told(self, method: str, path: str, body: Any = None) -> Any:
        response = self.ask(method, path, body)
        assert response.status == 200
        return json.loads(response.body)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        response = self.ask(method, path, body)
        return response.status, json.loads(response.body)["error"]["message"]

    def predict(
        self, prompt: str = "a red apple", path: str = PREDICT, **parameters: Any
    ) -> Response:
        body = {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1, **parameters}}
        return self.ask("POST", path, body)


def document() -> Any:
    fake = InProcess(State(Config()))
    response = fake.ask(Request("GET", f"http://fake{PREFIX}control.json"))
    fake.close()
    return json.loads(response.body)


DOCUMENT = document()


def templated(path: str) -> str:
    """The path as the document has it."""
    parts = path.partition("?")[0].split("/")
    for number, part in enumerate(parts[:-1]):
        if part in ("calls", "rules", "pictures"):
            parts[number + 1] = {"calls": "{number}", "rules": "{name}", "pictures": "{index}"}[
                part
            ]
    return "/".join(parts)


def fit(method: str, path: str, response: Response) -> None:
    """Raise if an answer is not what the document says."""
    item = DOCUMENT["paths"].get(templated(path))
    if item is None:
        assert response.status == 404
        return
    operation = item["get" if method == "HEAD" else method.lower()]
    described = followed(DOCUMENT, operation["responses"][str(response.status)])
    media_type = (response.header("content-type") or "").partition(";")[0]
    schema = described["content"][media_type].get("schema")
    if schema and response.body:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(
            json.loads(response.body)
        )
