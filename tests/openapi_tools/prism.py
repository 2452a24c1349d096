"""Prism between a client and the fake: it holds each request and answer against the document."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from tests.http import Reply, call
from tests.openapi.reading import followed, operations
from tests.openapi_tools.workplace import TIMEOUT, Workplace

FOUND = "sl-violations"
"""The header in which Prism tells what does not hold."""

REFUSED: tuple[Any, ...] = (
    {"instances": []},
    {"instances": [{"prompt": " "}]},
    {"instances": [{"prompt": "a cat"}], "parameters": {"sampleCount": 9}},
    {"instances": [{"prompt": "a cat"}], "parameters": {"aspectRatio": "5:4"}},
)
"""Bodies that are refused by the document and by the fake."""

PATH = "/v1beta/models/imagen-4.0-generate-001:predict"
PLACE = {"project": "p", "location": "us-central1", "endpoint": "1"}


def judged(here: Workplace) -> tuple[int, int]:
    """How many exchanges are as Prism reads the document, and how many there were."""
    with _proxy(here) as url:
        right = [
            *(_is_right(_ask(url, path, body), 200, set()) for path, body in _asked(here)),
            *(_is_right(_ask(url, PATH, body), 400, {"request"}) for body in REFUSED),
        ]
    return sum(right), len(right)


def _asked(here: Workplace) -> Iterator[tuple[str, Any]]:
    """Every example of a body with its path; without a body, the lists and the models there are."""
    for path, _, operation in operations(here.document):
        content = operation.get("requestBody", {}).get("content", {})
        examples = content.get("application/json", {}).get("examples", {})
        place = PLACE | _example_place(here.document["paths"][path])
        for example in followed(here.document, [*examples.values()]):
            yield path.format(**place), example["value"]
        if not content:
            yield path.format(model="imagen-4.0-generate-001"), None


def _example_place(item: Mapping[str, Any]) -> dict[str, str]:
    """Where the document says that a path may be asked: some models are not in every region."""
    return {one["name"]: one["example"] for one in item.get("parameters", ())}


def _ask(url: str, path: str, body: Any) -> Reply:
    sent = {"authorization": "Bearer any"}
    if body is not None:
        sent["content-type"] = "application/json"
    return call(url, path, body, **sent)


def _is_right(reply: Reply, status: int, blamed: set[str]) -> bool:
    """Whether a reply has a status, and Prism blames nothing but these parts of the exchange."""
    found = json.loads(reply.headers.get(FOUND, "[]"))
    right = reply.status == status and {one["location"][0] for one in found} == blamed
    if not right:
        print(reply.status, found, reply.body[:300])  # noqa: T201
    return right


@contextmanager
def _proxy(here: Workplace) -> Iterator[str]:
    """The URL of a running Prism."""
    log = here.folder / "prism.log"
    proxy = ["node_modules/.bin/prism", "proxy", "-p", "0", "openapi.json", here.url]
    with log.open("w") as file:
        prism = subprocess.Popen(proxy, cwd=here.folder, stdout=file, stderr=file)
    try:
        yield _listening(here)
    finally:
        prism.terminate()
        prism.wait()


def _listening(here: Workplace) -> str:
    """Where Prism listens, once it does. Raises TimeoutError."""
    end = monotonic() + TIMEOUT
    while monotonic() < end:
        if found := re.search(r"listening on (http://[\d.:]+)", here.text("prism.log")):
            return found[1]
        sleep(0.1)
    raise TimeoutError(here.text("prism.log"))
