import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import gallery
import httpx
import posters
import pytest
import respx
from google import genai
from google.genai import errors

from imagen_fake import Fake


@pytest.fixture(scope="session")
def url(imagen_fake_session: Fake) -> Iterator[str]:
    """The shop's server, a program started once and led to the fake that all tests share."""
    environment = {**os.environ, **imagen_fake_session.env}
    with subprocess.Popen(
        [sys.executable, gallery.__file__],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


def seen(url: str, motif: str) -> bytes:
    with urlopen(f"{url}/?{urlencode({'motif': motif})}", timeout=60) as answer:
        return bytes(answer.read())


def test_a_live_server_asks_the_fake_of_each_test(url: str, imagen_fake: Fake) -> None:
    imagen_fake.rule("error=503 times=1")
    assert seen(url, "a gull").startswith(b"\xff\xd8")
    imagen_fake.assert_calls([{"status": 503}, {"status": 200, "prompt": "a gull"}])


@pytest.mark.imagen_fake("error=503")
def test_a_marker_holds_for_what_a_live_server_asks(url: str, imagen_fake: Fake) -> None:
    with pytest.raises(HTTPError, match="503"):
        seen(url, "a gull")
    imagen_fake.assert_call_count(posters.ATTEMPTS, status=503)


def test_a_title_by_gemini_and_a_poster_by_imagen(
    imagen_intercept: Fake, respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_HTTP_CLIENT", "httpx")  # respx knows no other
    words = {"content": {"role": "model", "parts": [{"text": "Gull At Dusk"}]}}
    respx_mock.post(path__regex=rf".*/{gallery.TITLES}:generateContent$").mock(
        return_value=httpx.Response(200, json={"candidates": [words]})
    )
    title, picture = gallery.titled("a gull")
    assert (title, picture[:2]) == ("Gull At Dusk", b"\xff\xd8")
    imagen_intercept.assert_called_once_with(prompt="a gull", aspect_ratio="3:4")


def test_two_shops_share_one_fake_and_hear_nothing_of_one_another(imagen_fake_env: Fake) -> None:
    shops = [imagen_fake_env.project(name) for name in ("harbour-shop", "castle-shop")]
    shops[0].rule("error=429 times=2")

    def ask(project: str) -> list[int]:
        with genai.Client(vertexai=True, project=project, location="us-central1") as client:
            return [status(client) for _ in range(3)]

    def status(client: genai.Client) -> int:
        try:
            client.models.generate_images(model=posters.MODEL, prompt="a gull")
        except errors.APIError as error:
            return int(error.code)
        return 200

    with ThreadPoolExecutor() as threads:
        asked = list(threads.map(ask, [shop.name for shop in shops]))
    assert asked == [[429, 429, 200], [200, 200, 200]]
    for shop, statuses in zip(shops, asked, strict=True):
        shop.assert_calls([{"status": status, "project": shop.name} for status in statuses])
    shops[0].assert_all_rules_used()


def test_the_file_of_the_project_says_which_day_it_is(imagen_intercept: Fake) -> None:
    settings = imagen_intercept.state.config
    assert (settings.project, str(settings.as_of)) == ("poster-shop", "2026-01-15")
    with posters.client() as client, pytest.raises(errors.APIError, match="404"):
        client.models.generate_images(model="imagen-4.0-generate-preview-06-06", prompt="a gull")


def test_what_the_shop_sends_is_what_it_means(imagen_intercept: Fake) -> None:
    assert posters.draw("a gull")
    assert imagen_intercept.verdict().findings == ()


def test_a_client_that_does_not_read_its_errors_is_found_out(imagen_intercept: Fake) -> None:
    imagen_intercept.rule("error=400 times=2")
    with posters.client() as client:
        for _ in range(2):
            with pytest.raises(errors.APIError, match="400"):
                client.models.generate_images(
                    model=posters.MODEL, prompt="a gull", config=posters.wish()
                )
    verdict = imagen_intercept.verdict(budget=0.01)
    assert [finding.check for finding in verdict.findings] == ["retried-error"], verdict
