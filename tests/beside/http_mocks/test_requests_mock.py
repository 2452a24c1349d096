"""What requests is asked by requests-mock, Imagen's pictures and Google's tokens by the fake."""

import google.auth
import pytest
import requests
import requests_mock
from google.auth.transport.requests import AuthorizedSession

import imagen_fake
from imagen_fake import Fake
from tests.beside.asking import GOOGLE, PATH, body
from tests.beside.mixed_app import ANSWER, URL, draw


def draw_and_describe(fake: Fake, mock: requests_mock.Mocker) -> None:
    mock.post(URL, json=ANSWER)
    credentials, _ = google.auth.default(["https://www.googleapis.com/auth/cloud-platform"])
    session = AuthorizedSession(credentials)  # its tokens are asked for by requests, too
    assert draw() == 4
    assert len(session.post(GOOGLE + PATH, json=body()).json()["predictions"]) == 2
    assert session.post(URL, json={}).json() == ANSWER
    assert mock.call_count == 1
    assert len(fake.calls) == 2


def test_intercepted_before_it(imagen_intercept: Fake, requests_mock: requests_mock.Mocker) -> None:
    draw_and_describe(imagen_intercept, requests_mock)


def test_intercepted_after_it(requests_mock: requests_mock.Mocker, imagen_intercept: Fake) -> None:
    draw_and_describe(imagen_intercept, requests_mock)


@requests_mock.Mocker()
@imagen_fake.intercept()
def test_decorated_before_it(*_: requests_mock.Mocker) -> None:
    assert len(requests.post(GOOGLE + PATH, json=body(), timeout=30).json()["predictions"]) == 2


@imagen_fake.intercept()
@requests_mock.Mocker()
def test_decorated_after_it(*_: requests_mock.Mocker) -> None:
    assert len(requests.post(GOOGLE + PATH, json=body(), timeout=30).json()["predictions"]) == 2


@pytest.mark.usefixtures("imagen_intercept", "requests_mock")
def test_what_nobody_mocks_is_refused_by_it() -> None:
    with pytest.raises(requests_mock.NoMockAddress):
        requests.post(URL, json={}, timeout=30)
