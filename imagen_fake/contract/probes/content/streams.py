"""Streams: how they are framed, and that their chunks make up the answer that comes whole."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import value_at
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.content.calls import (
    ARRAY,
    EVENTS,
    WHOLE,
    Served,
    asking,
    everywhere,
)
from imagen_fake.contract.probes.content.memory import Memory
from imagen_fake.contract.probes.content.reading import chunks, pictures, words
from imagen_fake.contract.probes.expectations import expect_header, expect_status
from imagen_fake.contract.probes.probe import Expectation, Probe

STREAM = "content/stream.json#"

STORY = "Tell me a story about a fish, with an illustration."
"""What every model answers in words, too."""


def content_stream_probes() -> Iterator[Probe]:
    """The probes of each model's answer, whole and in both kinds of stream."""
    for served in everywhere():
        memory, body = Memory(), asking(STORY, responseModalities=["TEXT", "IMAGE"])
        keeping = memory.keep("whole", f"{STREAM}/words", joined)
        yield served.probe("streams: whole", body, keeping, expect_leading(served), method=WHOLE)
        for method, framing in ((EVENTS, _event_expectations()), (ARRAY, [_expect_array()])):
            same = memory.same("joined", "whole", f"{STREAM}/words", joined)
            yield served.probe(
                "streams: in chunks", body, expect_status(200, framing_fact(method)), *framing,
                same, expect_last(served), expect_words(served), expect_usage(served),
                expect_leading(served), method=method,
            )  # fmt: skip


def framing_fact(method: str) -> str:
    """The pointer of how a stream is framed."""
    return f"{STREAM}/{'sse' if method == EVENTS else 'array'}"


def joined(exchange: Exchange) -> tuple[object, ...]:
    """The words, pictures and final usage of an answer, the model and the id of all its chunks."""
    bodies = chunks(exchange)
    usage = value_at(bodies[-1], "usageMetadata") if bodies else None
    ids = {(value_at(one, "modelVersion"), value_at(one, "responseId")) for one in bodies}
    return words(exchange), [hash(one.data) for one in pictures(exchange)], usage, ids


def _event_expectations() -> list[Expectation]:
    headers = spec.read("content/stream.json")["sse"]["value"]
    pointer = f"{STREAM}/sse"
    judged = [expect_header(pointer, name, value) for name, value in headers]
    return [*judged, _expecting("framing", pointer, _event_problem)]


def _expect_array() -> Expectation:
    return _expecting("framing", f"{STREAM}/array", _array_problem)


def _expecting(
    check: str, pointer: str, problem: Callable[[Exchange], tuple[object, object] | None]
) -> Expectation:
    """What was expected and seen of a successful answer; None: nothing is wrong."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        noted = problem(exchange) if exchange.response.status == 200 else None
        if noted:
            yield difference(check, fact(pointer), *noted)

    return Expectation(frozenset({pointer}), compare)


def _event_problem(exchange: Exchange) -> tuple[object, object] | None:
    if chunks(exchange):
        return None
    return "events of JSON, each ended by an empty line", exchange.response.body[-100:]


def _array_problem(exchange: Exchange) -> tuple[object, object] | None:
    marks, body = spec.read("content/stream.json")["array"]["value"], exchange.response.body
    framed = body.startswith(marks["begin"].encode()) and body.endswith(marks["end"].encode())
    count = len(chunks(exchange))
    between = (marks["between"] + "{").encode()
    if framed and count and body.count(between) == count - 1:
        return None
    return f"a JSON array, {marks} around its elements", (body[:10], body[-100:])


def _row(name: str, served: Served) -> Any:
    rows = spec.read("content/stream.json")[name]["value"]
    return next(
        row for row in rows
        if fnmatchcase(served.model.id, row["models"])
        and fnmatchcase(served.surface, row.get("surface", "*"))
    )  # fmt: skip


def expect_last(served: Served) -> Expectation:
    """Only the last chunk says how the answer ends, beside the parts that the model sends then."""
    expected = (_row("last", served)["parts"], "STOP")

    def problem(exchange: Exchange) -> tuple[object, object] | None:
        candidates = [value_at(one, "candidates", 0) or {} for one in chunks(exchange)]
        ends = [number for number, one in enumerate(candidates) if "finishReason" in one]
        last = candidates[-1] if candidates else {}
        parts = value_at(last, "content", "parts") or []
        observed = (parts, last.get("finishReason"))
        fits = observed == expected and ends == [len(candidates) - 1] and len(candidates) > 1
        return None if fits else (expected, f"{str(observed)[:200]}, ends in {ends}")

    return _expecting("last chunk", f"{STREAM}/last", problem)


def expect_words(served: Served) -> Expectation:
    """The first chunk has as many words as the model sends at first, those after it more."""
    row = _row("words", served)

    def problem(exchange: Exchange) -> tuple[object, object] | None:
        listed = (value_at(one, "candidates", 0, "content", "parts", 0, "text")
                  for one in chunks(exchange))  # fmt: skip
        counts = [len(one.split()) for one in listed if isinstance(one, str) and one.strip()]
        total = sum(counts)
        expected = [min(row["first"], total)]
        while total > sum(expected):
            expected.append(min(row["next"], total - sum(expected)))
        return None if not total or counts == expected else (expected, counts)

    return _expecting("words", f"{STREAM}/words", problem)


def expect_usage(served: Served) -> Expectation:
    """Counts in each chunk, or in the last alone."""
    cumulative = spec.read("content/stream.json")["usage"]["value"][served.surface] == "cumulative"

    def problem(exchange: Exchange) -> tuple[object, object] | None:
        usages = [value_at(one, "usageMetadata") or {} for one in chunks(exchange)][:-1]
        counts = ["totalTokenCount" in one for one in usages]
        fits = all(counts) if cumulative else not any(counts)
        return None if fits else (f"counts in every chunk: {cumulative}", counts)

    return _expecting("usage", f"{STREAM}/usage", problem)


def expect_leading(served: Served) -> Expectation:
    """The headers that stand first, but for the date, which HTTP servers put before all others."""
    leading = [
        tuple(one) for one in spec.content_surface(served.surface)["leadingHeaders"]["value"]
    ]

    def problem(exchange: Exchange) -> tuple[object, object] | None:
        named = [(name.decode(), value.decode()) for name, value in exchange.response.headers]
        observed = [one for one in named if one[0].lower() != "date"][: len(leading)]
        return None if observed == leading else (leading, observed)

    pointer = f"content/surfaces.json#/{served.surface}/leadingHeaders"
    return _expecting("headers", pointer, problem)
