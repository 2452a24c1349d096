"""Streams of another framing, or without their end, are noticed."""

import json
from dataclasses import replace

from imagen_fake.contract.exchange import Exchange
from imagen_fake.contract.probes.content.calls import ARRAY
from imagen_fake.contract.probes.content.streams import (
    expect_last,
    expect_leading,
    expect_usage,
    expect_words,
    joined,
)
from tests.contract.probes.content.answering import LITE, VERTEX, noticed, plain


def fewer(exchange: Exchange, start: int | None, end: int | None) -> Exchange:
    body = json.dumps(json.loads(exchange.response.body)[start:end]).encode()
    return replace(exchange, response=replace(exchange.response, body=body))


def test_a_stream_without_its_last_or_its_first_chunk_is_noticed() -> None:
    stream = plain(LITE, ARRAY)
    assert not noticed(expect_last(LITE), stream)
    assert noticed(expect_last(LITE), fewer(stream, None, -1)) == {"last chunk"}
    assert not noticed(expect_words(LITE), stream)
    assert noticed(expect_words(LITE), fewer(stream, 1, None)) == {"words"}
    assert joined(fewer(stream, 1, None)) != joined(plain())
    assert joined(stream) == joined(plain())


def test_counts_that_the_other_surface_sends_are_noticed() -> None:
    assert not noticed(expect_usage(LITE), plain(LITE, ARRAY))
    assert noticed(expect_usage(VERTEX), plain(LITE, ARRAY)) == {"usage"}


def test_a_missing_first_header_is_noticed() -> None:
    bare = replace(plain(), response=replace(plain().response, headers=()))
    assert not noticed(expect_leading(LITE), plain())
    assert noticed(expect_leading(LITE), bare) == {"headers"}
