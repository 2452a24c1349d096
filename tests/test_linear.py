"""Whatever callers send: the time it takes grows with its length, not with the square of it.

Each entry of `ENTRIES` gets long texts of equal parts. A child process works on them, so that
one that takes for ever can be ended; what counts is the processor time that it used.
"""

import json
import multiprocessing as mp
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from time import process_time
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from imagen_fake import enhance, payload, safety, spec, validate
from imagen_fake.auth import shown
from imagen_fake.config import Config
from imagen_fake.errors import ApiError
from imagen_fake.imaging import lettering, reading, sides
from imagen_fake.normalize import normalize
from imagen_fake.predict import predict
from imagen_fake.prompt_directives import lift
from imagen_fake.rule_patterns import LONGEST_PATTERN, LONGEST_TEXT, pattern
from imagen_fake.surfaces import google, vertex_grpc
from imagen_fake.tasks import answer, customize
from tests.conftest import request_body, target

LONGEST = 50_000
"""Of a text, in characters."""

SECONDS = 1.0
"""For the longest text. What takes twenty microseconds a character passes, a square never does."""

PARTS = (
    "", " ", "\n", "a", "é", "\u0300\u0316", "漢", "\ufdfa", "🦊", "1",
    "カ", "가", "كلمة ", "को ", "não ",
    '"', "'", "\\", '\\"', "\\u",
    "{", "}", "[", "]", ",", ":", ", ", "/", "%", "%41", "&", "=", ";", "-", "_", "+", "A", ".",
    "the ", "of ", "draw ", "please ", "can you ", "than ", "wider ", "x", "[1]", "[fake:", "gs://",
    "projects/", "Bearer ", '"bytesBase64Encoded"', '"b64_json": "', "instances", "null", "key=a&",
)  # fmt: skip


def body(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def keys(text: str) -> Any:
    """An object with as many keys as are read, each a part of the text."""
    size = max(1, len(text) // payload.MOST_VALUES)
    return {f"{text[at : at + size]}{at}": text[at : at + 9] for at in range(0, len(text), size)}


def unknown_keys(text: str) -> Any:
    schema = spec.request("imagen-3.0-generate-002", "generate", "vertex").schema
    return normalize({"instances": [keys(text)], "parameters": keys(text)}, schema, "m")


def answered(text: str) -> Any:
    return [re.search(pattern, answer.plain(text)) for pattern, _ in answer.KINDS]


def customized(text: str) -> Any:
    items = [
        {
            "referenceId": number,
            "referenceType": "REFERENCE_TYPE_SUBJECT",
            "subjectImageConfig": {"subjectDescription": text},
        }
        for number in range(4)
    ]
    return customize.scenery(text, items), customize.described(text, items)


def predicted(body_of: Callable[[str], bytes]) -> Callable[[str], Any]:
    return lambda text: predict(target("imagen-3.0-generate-002"), body_of(text), Config())


ENTRIES: dict[str, Callable[[str], Any]] = {
    "payload.read": lambda text: payload.read(body(text)),
    "payload.parse": lambda text: payload.parse(body(text)),
    "payload.read within": lambda text: payload.read(b'{"a": "' + body(text)),
    "keys": unknown_keys,
    "predict: body": predicted(body),
    "predict: prompt": predicted(lambda text: request_body(text[:2000])),
    "predict: parameters": predicted(lambda text: request_body(**keys(text))),
    "predict: instances": predicted(
        lambda text: json.dumps({"instances": list(text[: payload.MOST_VALUES])}).encode()
    ),
    "directives": lambda text: lift({"instances": [{"prompt": text}]}),
    "rule": lambda text: pattern("*" + text[: LONGEST_PATTERN - 1]).match(text[:LONGEST_TEXT]),
    "safety": safety.score,
    "tokens": validate.count_tokens,
    "enhance": lambda text: enhance.rewrite(text, bytes(32)),
    "reading": reading.read,
    "lettering": lambda text: lettering.words_of(text, "text"),
    "answer": answered,
    "sides": lambda text: (sides.SAID.search(text), sides.TOKEN.findall(text)),
    "customize": customized,
    "credential: header": lambda text: shown([(b"authorization", body(text))], b""),
    "credential: query": lambda text: shown([], body(text)),
    "resource": lambda text: vertex_grpc.RESOURCE.fullmatch(text),
    "warnings": lambda text: google.header_text([text]),
}
"""What each entry of the fake does with a text that somebody sent."""


def work(asked: Connection) -> None:
    """Take names of entries and texts, and tell the seconds that each took."""
    with suppress(EOFError):
        while True:
            name, text = asked.recv()
            start = process_time()
            with suppress(ApiError):
                ENTRIES[name](text)
            asked.send(process_time() - start)


class Worker:
    """The child process; another one takes its place where it is ended."""

    def __init__(self) -> None:
        self._begin()

    def seconds(self, name: str, text: str) -> float:
        """The processor time that an entry takes for a text."""
        self._asked.send((name, text))
        if self._asked.poll(30 * SECONDS):
            took: float = self._asked.recv()
            return took
        self.end()
        self._begin()
        return float("inf")

    def end(self) -> None:
        self._child.kill()
        self._child.join()

    def _begin(self) -> None:
        context = mp.get_context("spawn")
        self._asked, other = context.Pipe()
        self._child = context.Process(target=work, args=(other,), daemon=True)
        self._child.start()
        self._asked.send(("warnings", ""))  # imports are over once it answers
        self._asked.recv()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.end()


def repeated(first: str, parts: tuple[str, ...], last: str) -> str:
    part = "".join(parts)
    return first + part * (LONGEST // max(1, len(part))) + last


@pytest.mark.parametrize("name", ENTRIES)
@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.sampled_from(PARTS),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(tuple),
    st.sampled_from(PARTS),
)
@example('{"a": "', ('\\"',), "")
@example("[", (" ",), "")
@example("", ("[fake:",), "")
@example("a", ("\u0300\u0316",), "")
@example("", ('"b64_json"', " "), "")
@example("", ("than ",), "")
@example("a", ("a",), "")
@example("", ("a,",), "")
def test_time_grows_with_the_length(
    worker: Worker, name: str, first: str, parts: tuple[str, ...], last: str
) -> None:
    assert worker.seconds(name, repeated(first, parts, last)) < SECONDS
