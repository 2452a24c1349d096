"""A server of the user's own beside the fake: each answers for itself."""

import requests
from pytest_httpserver import HTTPServer

from imagen_fake import Fake
from tests.beside.asking import ask


def ask_both(server: HTTPServer) -> None:
    server.expect_request("/own").respond_with_data("own")
    assert requests.get(server.url_for("/own"), timeout=30).text == "own"
    assert ask() == 2


def test_intercepted_before_it(imagen_intercept: Fake, httpserver: HTTPServer) -> None:
    ask_both(httpserver)
    assert len(imagen_intercept.calls) == 1


def test_intercepted_after_it(httpserver: HTTPServer, imagen_intercept: Fake) -> None:
    ask_both(httpserver)
    assert len(imagen_intercept.calls) == 1


def test_served_before_it(imagen_fake: Fake, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/own").respond_with_data("own")
    assert ask(imagen_fake.url) == 2
    assert requests.get(httpserver.url_for("/own"), timeout=30).text == "own"
    assert len(imagen_fake.calls) == 1
