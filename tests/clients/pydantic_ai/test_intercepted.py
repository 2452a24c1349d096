"""Agents without a server: code that names no base URL, under the fixture."""

import asyncio

import pytest
from pydantic_ai.exceptions import ContentFilterError

from imagen_fake.testing.fake import Fake
from tests.clients.pictures import decoded
from tests.clients.pydantic_ai.conftest import agent


def test_two_runs_edit_a_picture(imagen_intercept: Fake, surface: str) -> None:
    painter = agent(surface)
    first = painter.run_sync("a red apple")
    second = painter.run_sync("make it green", message_history=first.all_messages())
    assert decoded(second.output.data).format == "JPEG"
    assert [call.status for call in imagen_intercept.calls] == [200, 200]


def test_what_is_awaited_is_answered(imagen_intercept: Fake, surface: str) -> None:
    answer = asyncio.run(agent(surface, "gemini-2.5-flash-image").run("a red apple"))
    picture = decoded(answer.output.data)
    assert (picture.format, picture.size) == ("PNG", (1024, 1024))
    assert len(imagen_intercept.calls) == 1


def test_words_in_place_of_a_picture_are_asked_about_again(
    imagen_intercept: Fake, surface: str
) -> None:
    answer = agent(surface).run_sync("a red apple [[fake: parts=text]]")
    assert decoded(answer.output.data).format == "JPEG"
    assert len(imagen_intercept.calls) == 2


def test_a_refusal_is_an_error(imagen_intercept: Fake, surface: str) -> None:
    with pytest.raises(ContentFilterError, match="IMAGE_SAFETY"):
        agent(surface).run_sync("violence and gore")
    assert len(imagen_intercept.calls) == 1
