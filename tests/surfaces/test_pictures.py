from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from tests.http import call

AIML = "/v1/images/generations"
ASKED = {"model": "imagen-3.0-generate-002", "prompt": "a red apple"}


def test_a_link_leads_to_the_picture_with_its_type(url: str) -> None:
    (item,) = call(url, AIML, ASKED).json["data"]
    reply = call(url, item["url"].removeprefix(url))
    assert (reply.headers["content-type"], reply.body[:4]) == ("image/png", b"\x89PNG")


def test_a_picture_that_was_forgotten_is_a_404_that_says_so() -> None:
    with serve_in_thread(Config(cache_bytes=1)) as address:
        (first,) = call(address, AIML, ASKED).json["data"]
        assert call(address, AIML, {**ASKED, "prompt": "a green pear"}).status == 200
        reply = call(address, first["url"].removeprefix(address))
    assert reply.status == 404
    assert "forgotten" in reply.json["error"]["message"]
