"""How answers to probes are judged: small functions made for what is expected."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.reading import error, said
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.facts.responses import validator
from imagen_fake.contract.facts.wording import pattern
from imagen_fake.contract.probes.probing import Judge


def resting(judge: Callable[[Exchange], Iterator[Difference]], *pointers: str) -> Judge:
    """A function that judges, with the facts that it rests on."""
    return Judge(frozenset(pointers), judge)


def status(expected: int, pointer: str) -> Judge:
    """The status code; `pointer` is the fact that says so."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        observed = exchange.response.status
        if observed != expected:
            shown = f"{observed} {exchange.response.body[:200]!r}"
            yield differs("status", fact(pointer), expected, shown)

    return resting(judge, pointer)


def refused(error_id: str, surface: str = "vertex") -> Judge:
    """The status, canonical code, words and details of an error in `errors.json`."""
    pointer = f"errors.json#/errors/{error_id}"

    def judge(exchange: Exchange) -> Iterator[Difference]:
        known = spec.read("errors.json")["errors"][error_id]
        codes = spec.table("status_codes")["codes"]
        expected = known.get("http", codes[known["status"]]["http"])
        yield from status(expected, pointer)(exchange)
        found = error(exchange.response)
        message = str(found.get("message", ""))
        if not pattern(known["message"], "generate", False).fullmatch(message):
            yield differs("message", fact(pointer), known["message"], message)
        if surface not in DIALECTS and found.get("status") != known["status"]:
            yield differs("canonical", fact(pointer), known["status"], found.get("status"))

    return resting(judge, pointer)


def shaped(file: str) -> Judge:
    """The schema of an answer, a file below `schemas/responses`."""
    pointer = f"responses/{file}.json#"

    def judge(exchange: Exchange) -> Iterator[Difference]:
        for wrong in validator(pointer[:-1]).iter_errors(said(exchange.response)):
            place = "/".join(map(str, wrong.instance_path))
            yield differs("shape", fact(pointer), wrong.message, _cut(exchange), place=place)

    return resting(judge, pointer)


def holds(pointer: str, expected: object, *path: str | int) -> Judge:
    """The value at a place of the answer's JSON; None: nothing is there."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        observed = at(said(exchange.response), *path)
        if observed != expected:
            yield differs("value", fact(pointer), expected, observed, place=_spelled(path))

    return resting(judge, pointer)


def starts(pointer: str, expected: str, *path: str | int) -> Judge:
    """How a text in the answer's JSON begins."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        observed = at(said(exchange.response), *path)
        if not isinstance(observed, str) or not observed.startswith(expected):
            yield differs("value", fact(pointer), f"{expected}…", observed, place=_spelled(path))

    return resting(judge, pointer)


def headed(pointer: str, name: str, expected: str, *, part: bool = False) -> Judge:
    """A header of the answer, or a part of it."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        observed = exchange.response.header(name)
        if observed != expected and not (part and expected in (observed or "")):
            yield differs("headers", fact(pointer), f"{name}: {expected}", observed)

    return resting(judge, pointer)


def unheaded(pointer: str, name: str) -> Judge:
    """A header is not there."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        observed = exchange.response.header(name)
        if observed is not None:
            yield differs("headers", fact(pointer), f"no {name}", observed)

    return resting(judge, pointer)


def written(pointer: str, expected: bytes) -> Judge:
    """The whole body of an answer."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        if exchange.response.body != expected:
            yield differs("body", fact(pointer), expected, _cut(exchange))

    return resting(judge, pointer)


def told_as(pointer: str, template: str, words: Mapping[str, str], *path: str | int) -> Judge:
    """A text of the answer's JSON with words in its blanks."""
    return holds(pointer, template.format_map(words), *path)


def at(node: Any, *path: str | int) -> Any:
    """What stands at a place; None where nothing does."""
    for step in path:
        if isinstance(node, dict):
            node = node.get(str(step))
        elif isinstance(node, list) and isinstance(step, int) and -len(node) <= step < len(node):
            node = node[step]
        else:
            return None
    return node


def _cut(exchange: Exchange) -> str:
    return exchange.response.body[:200].decode("utf-8", "replace")


def _spelled(path: tuple[str | int, ...]) -> str:
    return "/".join(map(str, path))
