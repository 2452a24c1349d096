from http.client import HTTPResponse
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.testing.connections import (
    RequestParser,
    reason_phrase,
    serialize_response,
)
from imagen_fake.testing.messages import Response

ORIGIN = "https://any.example"
SENT = (
    b"POST /v1/a%40b:c?x=1&x=2 HTTP/1.1\r\nHost: any.example\r\nX-A: 1\r\nx-a: 2\r\n"
    b"Content-Length: 5\r\n\r\nhello"
)
CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"


def heard(*pieces: bytes) -> RequestParser:
    made = RequestParser(ORIGIN)
    for piece in pieces:
        made.feed(piece)
    return made


class Said:
    """A socket that has received something."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: Any) -> BytesIO:
        return BytesIO(self._data)


def test_a_request_is_heard_as_it_was_written() -> None:
    request = heard(SENT).request
    assert (request.method, request.url) == ("POST", f"{ORIGIN}/v1/a%40b:c?x=1&x=2")
    assert request.headers[1:3] == ((b"X-A", b"1"), (b"x-a", b"2"))
    assert request.body == b"hello"


@given(st.lists(st.integers(0, len(SENT))))
def test_a_request_may_come_in_any_pieces(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(SENT)]
    pieces = [SENT[start:end] for start, end in pairwise(ends)]
    assert heard(*filter(None, pieces)).request == heard(SENT).request


def test_a_body_in_chunks_is_put_together() -> None:
    assert heard(CHUNKED).request.body == b"hello"


@pytest.mark.parametrize("whole", [SENT, CHUNKED])
def test_a_request_is_complete_with_its_last_byte(whole: bytes) -> None:
    assert not heard(whole[:-1]).complete
    assert heard(whole).complete


def test_a_proxy_is_told_the_whole_url() -> None:
    request = heard(b"GET http://other.example/a HTTP/1.1\r\n\r\n").request
    assert request.url == "http://other.example/a"


def test_an_answer_is_said_in_order() -> None:
    headers = ((b"content-length", b"5"), (b"set-cookie", b"a"), (b"set-cookie", b"b"))
    reply = HTTPResponse(Said(serialize_response(Response(404, headers, b"hello"))))  # type: ignore[arg-type]
    reply.begin()
    assert (reply.status, reply.reason, reply.read()) == (404, "Not Found", b"hello")
    assert reply.headers.get_all("set-cookie") == ["a", "b"]
    assert reply.will_close


def test_a_status_that_nobody_knows_has_no_words() -> None:
    assert reason_phrase(599) == ""


def test_another_protocol_that_is_offered_is_not_taken() -> None:
    made = heard(b"GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert (made.complete, made.request.url) == (True, f"{ORIGIN}/a")
