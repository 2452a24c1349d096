"""How an exchange ends where time runs out or the server tells less than uvicorn does."""

import pytest

from imagen_fake.forwarding import exchange
from imagen_fake.forwarding.upstream import Upstream
from imagen_fake.server.http import serve_in_thread
from tests.forwarding.origin import saying, serving
from tests.http import call


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_a_response_without_a_body_may_state_a_length(status: bytes) -> None:
    message = b"HTTP/1.1 " + status + b"\r\ncontent-length: 10\r\n\r\n"
    with (
        serving(lambda wire, _: wire.sendall(message)) as origin,
        serve_in_thread(forward=Upstream.parse(origin.url)) as url,
    ):
        reply = call(url, "/other")
        assert (reply.status, reply.body) == (int(status[:3]), b"")
        assert "x-imagen-fake-forwarded" in reply.headers


@pytest.mark.parametrize("path", ["/other", "/v1beta/openai/chat/completions", "/v1/images/edits"])
def test_a_silent_origin_is_given_up_in_words(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exchange.TIMEOUTS, "read", 0.05)
    with (
        serving(lambda _wire, _request: None) as origin,
        serve_in_thread(forward=Upstream.parse(origin.url)) as url,
    ):
        reply = call(url, path, {})
        assert reply.status == 504
        assert b"took too long" in reply.body


def test_an_early_refusal_comes_back_though_the_body_was_not_read() -> None:
    def refuse_early(wire: object, _: bytes) -> None:
        saying(b"no", b"413 Too Large")(wire, b"")  # type: ignore[arg-type] # it is a socket

    with (
        serving(refuse_early) as origin,
        serve_in_thread(forward=Upstream.parse(origin.url)) as url,
    ):
        assert call(url, "/other", b"x" * 2**20).status == 413
