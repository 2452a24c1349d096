"""Gemini's text by pytest-httpx, Imagen's pictures by the fake."""

import asyncio

import httpx
import pytest
from pytest_httpx import HTTPXMock

from imagen_fake import Fake
from tests.beside.mixed_app import ANSWER, URL, describe, describe_async, draw, draw_async


def draw_and_describe(fake: Fake, mock: HTTPXMock) -> None:
    for _ in range(2):
        mock.add_response(url=URL, json=ANSWER)
    assert (draw(), describe()) == (4, "An apple.")
    assert asyncio.run(draw_async()) == 4
    assert asyncio.run(describe_async()) == "An apple."
    assert [str(request.url) for request in mock.get_requests()] == [URL] * 2
    assert len(fake.calls) == 2


def test_intercepted_before_it(imagen_intercept: Fake, httpx_mock: HTTPXMock) -> None:
    draw_and_describe(imagen_intercept, httpx_mock)


def test_intercepted_after_it(httpx_mock: HTTPXMock, imagen_intercept: Fake) -> None:
    draw_and_describe(imagen_intercept, httpx_mock)


@pytest.mark.httpx_mock(assert_all_requests_were_expected=False)
@pytest.mark.usefixtures("imagen_intercept", "httpx_mock")
def test_what_nobody_mocks_is_refused_by_it() -> None:
    assert draw() == 4
    with pytest.raises(httpx.TimeoutException, match="No response can be found"):
        describe()
