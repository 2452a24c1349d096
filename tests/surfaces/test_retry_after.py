"""The header `Retry-After`, by force, and clients that do not mind it."""

import json
from typing import Any

import httpx
import pytest

import imagen_fake
from tests.conftest import RESOURCE

MODEL = "imagen-4.0-generate-001"
GOOGLE = f"https://us-central1-aiplatform.googleapis.com/v1/{RESOURCE}{MODEL}:predict"
GEMINI = f"https://generativelanguage.googleapis.com/v1beta/models/{MODEL}:predict"
IMAGES = "https://generativelanguage.googleapis.com/v1beta/openai/images/generations"
SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
BODIES: dict[str, Any] = {
    GOOGLE: SMALL, GEMINI: SMALL, IMAGES: {"model": MODEL, "prompt": "a red apple"},
}  # fmt: skip
everywhere = pytest.mark.parametrize("url", BODIES, ids=["vertex", "gemini", "openai"])


def post(url: str, directives: str = "") -> httpx.Response:
    headers = {"x-imagen-fake": directives} if directives else {}
    return httpx.post(url, json=BODIES[url], headers=headers)


@everywhere
@pytest.mark.parametrize("error", ["429", "503", "internal"])
def test_an_error_has_the_header_that_is_forced(url: str, error: str) -> None:
    with imagen_fake.intercept():
        assert post(url, f"error={error} retry-after=7").headers["retry-after"] == "7"
        assert "retry-after" not in post(url, f"error={error}").headers
        assert "retry-after" not in post(url).headers


def test_beyond_a_quota_the_header_of_the_rule_is_sent() -> None:
    with imagen_fake.intercept() as fake:
        fake.rule("quota=1 retry-after=9")
        first, second = post(GOOGLE), post(GOOGLE)
    assert (first.status_code, "retry-after" in first.headers) == (200, False)
    assert (second.status_code, second.headers["retry-after"]) == (429, "9")


def test_the_details_of_the_gemini_api_say_the_same() -> None:
    with imagen_fake.intercept():
        error = json.loads(post(GEMINI, "error=429 retry-after=7").content)["error"]
    assert [one["retryDelay"] for one in error["details"] if "retryDelay" in one] == ["7s"]
    assert "Please retry in 7s." in error["message"]


@everywhere
@pytest.mark.parametrize(("waited", "ignored"), [(0, True), (6, True), (7, False)])
def test_a_verdict_says_who_did_not_wait(url: str, waited: int, ignored: bool) -> None:
    with imagen_fake.intercept() as fake:
        fake.rule("error=429 retry-after=7 times=1")
        post(url)
        fake.advance(waited)
        post(url)
        checks = [finding.check for finding in fake.verdict().findings]
    assert checks == ["ignored-wait"] * ignored
