"""Django's test clients, test cases and live server, by pytest-django and by themselves."""

import json
from typing import Any
from urllib.request import urlopen

import pytest
from django.test import AsyncClient, Client, LiveServerTestCase, SimpleTestCase

import imagen_fake
from imagen_fake import Fake


def draws(client: Client) -> None:
    assert client.get("/sync").json() == client.get("/async").json() == {"pictures": 2}


def test_intercepted_before_the_client(imagen_intercept: Fake, client: Client) -> None:
    draws(client)
    assert len(imagen_intercept.calls) == 2


def test_intercepted_after_the_client(client: Client, imagen_intercept: Fake) -> None:
    draws(client)
    assert len(imagen_intercept.calls) == 2


def test_served(settings: Any, client: Client, imagen_fake: Fake) -> None:
    settings.IMAGEN = imagen_fake.url
    draws(client)
    assert len(imagen_fake.calls) == 2


class Case(SimpleTestCase):
    """A test case of Django's with a fake for all its tests."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fake = cls.enterClassContext(imagen_fake.intercept())

    def setUp(self) -> None:
        self.fake.reset()

    def test_draws(self) -> None:
        draws(self.client)
        assert len(self.fake.calls) == 2

    async def test_draws_on_the_loop(self) -> None:
        answer = await AsyncClient().get("/async")
        assert json.loads(answer.content) == {"pictures": 2}
        assert len(self.fake.calls) == 1


@pytest.mark.usefixtures("imagen_intercept_session")
class Live(LiveServerTestCase):
    """A live server in a thread of this process."""

    def test_draws(self) -> None:
        with urlopen(f"{self.live_server_url}/sync", timeout=30) as answer:
            assert json.load(answer) == {"pictures": 2}
