"""Gemini's text by respx, Imagen's pictures by the fake: one client of Google's asks for both."""

import asyncio

import pytest
import respx

import imagen_fake
from imagen_fake import Fake, NetworkBlocked
from tests.beside.mixed_app import ANSWER, URL, describe, describe_async, draw, draw_async


def draw_and_describe(fake: Fake, mock: respx.MockRouter) -> None:
    route = mock.post(URL).respond(json=ANSWER)
    assert (draw(), describe()) == (4, "An apple.")
    assert asyncio.run(draw_async()) == 4
    assert asyncio.run(describe_async()) == "An apple."
    assert (len(fake.calls), route.call_count, mock.calls.call_count) == (2, 2, 2)


def test_intercepted_before_it(imagen_intercept: Fake, respx_mock: respx.MockRouter) -> None:
    draw_and_describe(imagen_intercept, respx_mock)


def test_intercepted_after_it(respx_mock: respx.MockRouter, imagen_intercept: Fake) -> None:
    draw_and_describe(imagen_intercept, respx_mock)


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
@pytest.mark.usefixtures("imagen_intercept_session")
def test_either_may_be_within_the_other(using: str) -> None:
    with imagen_fake.intercept() as fake, respx.mock(using=using) as mock:
        draw_and_describe(fake, mock)
    with respx.mock(using=using) as mock, imagen_fake.intercept() as fake:
        draw_and_describe(fake, mock)


@pytest.mark.usefixtures("imagen_intercept")
@respx.mock
def test_what_nobody_mocks_is_refused_by_it() -> None:
    assert draw() == 4
    with pytest.raises(respx.models.AllMockedAssertionError):
        describe()


@pytest.mark.usefixtures("imagen_intercept")
@respx.mock
def test_what_it_lets_pass_does_not_take_a_token_along() -> None:
    respx.post(URL).pass_through()
    with pytest.raises(NetworkBlocked, match="carries a credential"):
        describe()


@pytest.mark.imagen_fake(unknown="refuse")
def test_what_is_refused_does_not_reach_it(respx_mock: respx.MockRouter) -> None:
    with pytest.raises(NetworkBlocked, match="was refused"):
        describe()
    assert respx_mock.calls.call_count == 0
