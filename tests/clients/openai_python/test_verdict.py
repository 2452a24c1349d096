"""What a verdict says of OpenAI's own retries."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from openai import OpenAI

MODEL = "imagen-3.0-generate-002"


def control(url: str, project: str, method: str, path: str, **body: str) -> Any:
    """What the fake answers below `/_fake/` about a project."""
    headers = {"X-Imagen-Fake-Project": project}
    data = json.dumps(body).encode() if body else None
    request = Request(f"{url}/_fake/{path}", data, headers, method=method)
    with urlopen(request) as answer:
        return json.load(answer)


def retried(url: str, project: str) -> list[str]:
    """The checks that find something in a call that was asked to wait for a second."""
    control(url, project, "POST", "rules", directives="error=429 retry-after=1 times=1")
    headers = {"X-Imagen-Fake-Project": project}
    with OpenAI(api_key="any", base_url=f"{url}/v1", default_headers=headers) as client:
        client.images.generate(model=MODEL, prompt="an apple", n=1)
    verdict = control(url, project, "GET", "verdict")
    assert verdict["calls"] == 2
    return [finding["check"] for finding in verdict["findings"]]


def test_it_waits_as_long_as_it_is_asked_to(url: str) -> None:
    assert retried(url, "openai-waits") == []


def test_it_is_found_out_where_its_sleep_is_taken_away(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert retried(url, "openai-hurries") == ["ignored-wait"]
