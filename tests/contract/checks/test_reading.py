"""Answers as a reader sees them."""

import pytest

from imagen_fake.contract.checks.reading import (
    elements,
    error,
    notices,
    opened,
    pictures,
    said,
    shown,
)
from imagen_fake.contract.exchange import Response
from tests.contract.known import answering, true_answer
from tests.pictures import file_of, gradient


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "no"}', b'{"predictions": 1}'])
def test_what_is_no_answer_holds_nothing(body: bytes) -> None:
    exchange = answering(true_answer("pictures"), 200, body)
    assert not elements(exchange)
    assert not shown(exchange)
    assert not pictures(exchange)
    assert not error(exchange.response)


def test_pictures_are_decoded() -> None:
    first, second = pictures(true_answer("pictures"))
    assert first.image is not None
    assert (first.mime_type, first.image.format) == ("image/png", "PNG")
    assert (first.index, second.index) == (0, 1)


def test_a_picture_of_openai_is_found() -> None:
    assert len(pictures(true_answer("OpenAI"))) == 1


def test_notices_are_no_pictures() -> None:
    exchange = true_answer("filtered")
    assert len(notices(exchange)) == 1
    assert len(shown(exchange)) == len(elements(exchange)) - 1


def test_a_refusal_has_an_error() -> None:
    exchange = true_answer("five pictures")
    assert error(exchange.response)["status"] == "INVALID_ARGUMENT"


def test_what_is_no_json_says_nothing() -> None:
    assert said(Response(502, (), b"Bad gateway")) is None


def test_a_cut_picture_cannot_be_opened() -> None:
    data = file_of(gradient((64, 64)))
    assert opened(data) is not None
    assert opened(data[: len(data) // 2]) is None
