"""Answers as a reader sees them."""

import pytest

from imagen_fake.contract.checks.response import (
    decoded_pictures,
    error_object,
    filter_reasons,
    json_body,
    picture_predictions,
    predictions,
)
from imagen_fake.contract.exchange import Response
from imagen_fake.contract.picture_file import open_picture
from tests.contract.sample_cases import true_exchange, with_response
from tests.pictures import file_of, gradient


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "no"}', b'{"predictions": 1}'])
def test_what_is_no_answer_holds_nothing(body: bytes) -> None:
    exchange = with_response(true_exchange("pictures"), 200, body)
    assert not predictions(exchange)
    assert not picture_predictions(exchange)
    assert not decoded_pictures(exchange)
    assert not error_object(exchange.response)


def test_pictures_are_decoded() -> None:
    first, second = decoded_pictures(true_exchange("pictures"))
    assert first.image is not None
    assert (first.mime_type, first.image.format) == ("image/png", "PNG")
    assert (first.index, second.index) == (0, 1)


def test_a_picture_of_openai_is_found() -> None:
    assert len(decoded_pictures(true_exchange("OpenAI"))) == 1


def test_notices_are_no_pictures() -> None:
    exchange = true_exchange("filtered")
    assert len(filter_reasons(exchange)) == 1
    assert len(picture_predictions(exchange)) == len(predictions(exchange)) - 1


def test_a_refusal_has_an_error() -> None:
    exchange = true_exchange("five pictures")
    assert error_object(exchange.response)["status"] == "INVALID_ARGUMENT"


def test_what_is_no_json_says_nothing() -> None:
    assert json_body(Response(502, (), b"Bad gateway")) is None


def test_a_cut_picture_cannot_be_opened() -> None:
    data = file_of(gradient((64, 64)))
    assert open_picture(data) is not None
    assert open_picture(data[: len(data) // 2]) is None
