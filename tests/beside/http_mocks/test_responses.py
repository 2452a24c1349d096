"""What requests is asked by responses, Imagen's pictures and Google's tokens by the fake."""

from collections.abc import Iterator

import google.auth
import pytest
import requests
import responses
from google.auth.transport.requests import AuthorizedSession

import imagen_fake
from imagen_fake import Fake
from tests.beside.asking import GOOGLE, PATH, body
from tests.beside.mixed_app import ANSWER, URL, draw


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def draw_and_describe(fake: Fake, mock: responses.RequestsMock) -> None:
    mock.post(URL, json=ANSWER)
    credentials, _ = google.auth.default(["https://www.googleapis.com/auth/cloud-platform"])
    session = AuthorizedSession(credentials)  # its tokens are asked for by requests, too
    assert draw() == 4
    assert len(session.post(GOOGLE + PATH, json=body()).json()["predictions"]) == 2
    assert session.post(URL, json={}).json() == ANSWER
    assert [call.request.url for call in mock.calls] == [URL]
    assert len(fake.calls) == 2


def test_intercepted_before_it(imagen_intercept: Fake, mock: responses.RequestsMock) -> None:
    draw_and_describe(imagen_intercept, mock)


def test_intercepted_after_it(mock: responses.RequestsMock, imagen_intercept: Fake) -> None:
    draw_and_describe(imagen_intercept, mock)


@responses.activate
@imagen_fake.intercept()
def test_decorated_before_it() -> None:
    assert len(requests.post(GOOGLE + PATH, json=body(), timeout=30).json()["predictions"]) == 2


@imagen_fake.intercept()
@responses.activate
def test_decorated_after_it() -> None:
    assert len(requests.post(GOOGLE + PATH, json=body(), timeout=30).json()["predictions"]) == 2


@pytest.mark.usefixtures("imagen_intercept")
@responses.activate
def test_what_nobody_mocks_is_refused_by_it() -> None:
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        requests.post(URL, json={}, timeout=30)
