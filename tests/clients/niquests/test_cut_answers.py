"""A cut answer is the same error within an interception as over a socket."""

import asyncio
from collections.abc import Callable
from typing import Any

import niquests
import pytest

import imagen_fake

PATH = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
GOOGLE = "https://us-central1-aiplatform.googleapis.com"
BODY = {"instances": [{"prompt": "an apple"}], "parameters": {"sampleCount": 1}}


def asked(base: str, headers: dict[str, str]) -> Any:
    return niquests.post(base + PATH, json=BODY, headers=headers, timeout=60)


def awaited(base: str, headers: dict[str, str]) -> Any:
    return asyncio.run(niquests.apost(base + PATH, json=BODY, headers=headers, timeout=60))


@pytest.mark.parametrize("ask", [asked, awaited])
@pytest.mark.parametrize("directive", ["truncate=0", "truncate=9", "truncate=50%", "drop"])
def test_a_cut_answer_is_the_same_error(
    ask: Callable[[str, dict[str, str]], Any], directive: str, url: str
) -> None:
    def error(base: str) -> type[Exception]:
        with pytest.raises(niquests.RequestException) as caught:
            ask(base, {"X-Imagen-Fake": directive})
        return type(caught.value)

    over_a_socket = error(url)
    with imagen_fake.intercept() as fake:
        assert error(GOOGLE) is over_a_socket
    assert len(fake.calls) == 1
