"""An answer in chunks, as `streamGenerateContent` sends them: words, pictures, how it ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.content import turns
from imagen_fake.content.answer import Body, Form, Part, Reply, body
from imagen_fake.content.json_text import one_line, pretty
from imagen_fake.content.outcomes import Finish
from imagen_fake.content.usage import traffic, usage
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.respond import Answer

GOING_ON = Finish("")


def bodies(call: Call, reply: Reply) -> Iterator[Body]:
    """The body of each chunk; the last one says how the candidate ends, and what it took."""
    sent: list[Part] = []
    for part in _pieces(call, reply.parts):
        sent.append(part)
        counts = _usage(call, sent, first=len(sent) == 1)
        yield body(call, Reply((part,), GOING_ON, counts))
    last = _fact(call, "last")["parts"] if reply.parts else ()
    content = {"role": turns.MODEL} if reply.parts else reply.finish.content
    yield body(call, Reply(last, reply.finish._replace(content=content), reply.usage))


def events(chunks: Sequence[bytes]) -> list[bytes]:
    """Bodies on one line as server-sent events."""
    return [b"data: " + chunk + b"\r\n\r\n" for chunk in chunks]


def array(chunks: Sequence[bytes]) -> list[bytes]:
    """Bodies as the elements of an array, the pieces in which it is sent."""
    marks = _facts()["array"]["value"]
    begin, between, end = (marks[name].encode() for name in ("begin", "between", "end"))
    pieces = [(between if number else begin) + chunk for number, chunk in enumerate(chunks)]
    return [*pieces[:-1], pieces[-1] + end]


def refusal_in_array(answer: Answer) -> Answer:
    """A refusal of a call whose answer would have been an array: its only element."""
    return replace(answer, body=b"".join(array([answer.body])))


@cache
def event_stream() -> Form:
    """An answer with `alt=sse`."""
    headers = [(name.encode(), value.encode()) for name, value in _facts()["sse"]["value"]]
    return Form("events", bodies, one_line, events, tuple(headers))


@cache
def json_array() -> Form:
    """An answer without `alt=sse`."""
    return Form("array", bodies, pretty, array)


def _pieces(call: Call, parts: Sequence[Part]) -> Iterator[Part]:
    """Words in pieces, what else a text has on the last of them; pictures and thoughts whole."""
    for part in parts:
        if "text" not in part or "thought" in part:
            yield part
            continue
        *texts, last = _texts(call, part["text"])
        yield from ({"text": text} for text in texts)
        yield {**part, "text": last}


def _texts(call: Call, text: str) -> Iterator[str]:
    """A text in pieces of so many words as the model sends."""
    facts, size = _fact(call, "words"), 0
    words = text.split(" ")
    while words or not size:
        count = facts["next"] if size else facts["first"]
        piece, words = " ".join(words[:count]), words[count:]
        yield f" {piece}" if size else piece
        size += count


def _usage(call: Call, sent: Sequence[Part], *, first: bool) -> Mapping[str, Any]:
    """The usage of a chunk that is not the last: of all that was sent, or only its traffic."""
    if _facts()["usage"]["value"][call.surface.name] != "cumulative":
        return traffic(call, billable=first and _bills(call))
    text = "".join(part.get("text", "") for part in sent if "thought" not in part)
    return usage(call, [text] if text else [], sum("text" not in part for part in sent))


def _bills(call: Call) -> bool:
    patterns = _facts()["billablePromptUsage"]["value"]
    return any(fnmatchcase(call.model.id, pattern) for pattern in patterns)


def _fact(call: Call, name: str) -> Mapping[str, Any]:
    """The first row of a fact that is of the call's model and surface."""
    return next(
        row
        for row in _facts()[name]["value"]
        if fnmatchcase(call.model.id, row["models"])
        and fnmatchcase(call.surface.name, row.get("surface", "*"))
    )


def _facts() -> Mapping[str, Any]:
    facts: Mapping[str, Any] = spec.read(f"{spec.CONTENT}/stream.json")
    return facts
