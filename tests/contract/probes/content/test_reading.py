"""Reading answers, whole and in chunks."""

from dataclasses import replace

from imagen_fake.contract.probes.content.calls import ARRAY, EVENTS
from imagen_fake.contract.probes.content.reading import chunks, pictures, words
from tests.contract.probes.content.answering import LITE, plain


def test_chunks_of_both_streams_are_read() -> None:
    for method in (EVENTS, ARRAY):
        exchange = plain(LITE, method)
        assert len(chunks(exchange)) > 2
        assert words(exchange) == words(plain())
        assert [one.data for one in pictures(exchange)] == [one.data for one in pictures(plain())]


def test_an_event_without_its_end_is_no_stream() -> None:
    exchange = plain(LITE, EVENTS)
    cut = replace(exchange.response, body=exchange.response.body[:-2])
    assert chunks(replace(exchange, response=cut)) == ()
