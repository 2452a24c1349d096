"""An app of FastAPI's under its test client: in-process itself, and it calls Google."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from imagen_fake import Fake
from tests.beside.asking import GOOGLE, ask
from tests.beside.asking_async import ask_async


def app(base: str = GOOGLE) -> FastAPI:
    made = FastAPI()

    @made.get("/sync")
    def sync() -> int:
        return ask(base)

    @made.get("/async")
    async def on_the_loop() -> int:
        return await ask_async(base)

    return made


def draws(client: TestClient) -> None:
    assert client.get("/sync").json() == client.get("/async").json() == 2


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(app()) as entered:
        yield entered


def test_intercepted_before_the_client(imagen_intercept: Fake, client: TestClient) -> None:
    draws(client)
    assert len(imagen_intercept.calls) == 2


def test_intercepted_after_the_client(client: TestClient, imagen_intercept: Fake) -> None:
    draws(client)
    assert len(imagen_intercept.calls) == 2


def test_served(imagen_fake: Fake) -> None:
    with TestClient(app(imagen_fake.url)) as client:
        draws(client)
    assert len(imagen_fake.calls) == 2


@pytest.mark.imagen_fake("error=503")
def test_the_error_is_the_apps(client: TestClient) -> None:
    with pytest.raises(Exception, match="503"):
        client.get("/async")
