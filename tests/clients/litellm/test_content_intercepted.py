"""Gemini's image models by litellm without a server: code that names no base, under the fixture."""

import asyncio
import base64
from typing import Any

import litellm
import pytest

from imagen_fake.testing.fake import Fake
from tests.clients.pictures import decoded

ASKED = {"model": "gemini/gemini-2.5-flash-image", "prompt": "an apple", "api_key": "any"}


def size(answer: Any) -> tuple[int, int]:
    [one] = answer.data
    return decoded(base64.b64decode(one.b64_json)).size


def test_a_picture(imagen_intercept: Fake) -> None:
    assert size(litellm.image_generation(**ASKED)) == (1024, 1024)
    assert len(imagen_intercept.calls) == 1


def test_what_is_awaited_is_answered(imagen_intercept: Fake) -> None:
    assert size(asyncio.run(litellm.aimage_generation(**ASKED))) == (1024, 1024)
    assert len(imagen_intercept.calls) == 1


def test_an_error_has_its_status(imagen_intercept: Fake) -> None:
    busy = {**ASKED, "prompt": "an apple [[fake: error=503]]"}
    with pytest.raises(litellm.exceptions.ServiceUnavailableError, match="high demand"):
        litellm.image_generation(**busy)
    assert len(imagen_intercept.calls) == 1
