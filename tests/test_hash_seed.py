"""Answers are the same in every process, in whatever order its sets are."""

import json
import os
import subprocess
import sys

import pytest
from starlette.routing import Route

from imagen_fake.app import create_app
from imagen_fake.testing.asgi import ask
from imagen_fake.testing.messages import Request

UNKNOWN = json.dumps({"apple": 1, "pear": 2, "plum": 3, "instances": [{"prompt": "a", "fig": 1}]})


def answers() -> dict[str, tuple[int, str, str]]:
    """Status, `Allow` and body of each method on each path, of a body with unknown keys."""
    app = create_app()
    paths = sorted({route.path for route in app.routes if isinstance(route, Route)})
    found = {}
    for path in paths:
        for method in ("GET", "POST", "PATCH", "TRACE"):
            body = b"" if method in {"GET", "TRACE"} else UNKNOWN.encode()
            response = ask(app, Request(method, f"http://localhost{path}", (), body))
            shown = response.status, response.header("allow") or "", response.body.decode("latin-1")
            found[f"{method} {path}"] = shown
    return found


def in_a_process(seed: str) -> dict[str, list[object]]:
    program = "import json; from tests.test_hash_seed import answers; print(json.dumps(answers()))"
    child = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    parsed: dict[str, list[object]] = json.loads(child.stdout)
    return parsed


VARYING = ("/token", ":generateAccessToken", "/_fake/calls")
"""Where answers end that have a new token, or the time of a call."""


@pytest.fixture(scope="module")
def processes() -> list[dict[str, list[object]]]:
    return [in_a_process(seed) for seed in ("1", "2", "3")]


def test_no_answer_depends_on_the_order_of_a_set(processes: list[dict[str, list[object]]]) -> None:
    first, *others = processes
    assert [
        asked
        for asked, answer in first.items()
        if not asked.endswith(VARYING) and any(other[asked] != answer for other in others)
    ] == []


def test_the_methods_to_use_are_told_in_order(processes: list[dict[str, list[object]]]) -> None:
    allowed = {str(answer[1]) for answer in processes[0].values() if answer[0] == 405}
    assert "DELETE, GET, HEAD, POST" in allowed
    assert all(names.split(", ") == sorted(names.split(", ")) for names in allowed)
