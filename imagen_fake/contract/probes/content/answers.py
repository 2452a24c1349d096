"""What every answer with a picture has: shape, order of keys, usage, ids, files, signatures."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import json_body, value_at
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact, join_pointer
from imagen_fake.contract.facts.responses import validator
from imagen_fake.contract.probes.content.calls import Served
from imagen_fake.contract.probes.content.files import file_differences, output_fact, output_of
from imagen_fake.contract.probes.content.reading import Picture, decode, pictures
from imagen_fake.contract.probes.content.usage import usage_differences, usage_facts
from imagen_fake.contract.probes.probe import Expectation

RESPONSE = "content/response.json"
SLACK = 64
"""How many characters an envelope, and rounding to whole groups, may add to a signature."""


def expect_picture(served: Served, size: str = "1K", layout: str = "") -> Expectation:
    """One candidate with one picture of a size such as `1K`, and all that goes with it.

    `layout` is the file's in `tables/picture_profiles.json`; that of words alone if empty.
    """
    form = layout or output_of(served)["profile"]

    def compare(exchange: Exchange) -> Iterator[Difference]:
        if exchange.response.status != 200:
            return  # the status is told elsewhere
        body, noted = json_body(exchange.response), pictures(exchange)
        yield from body_differences(served, body)
        if len(noted) != 1:
            yield difference("count", fact(f"{RESPONSE}#"), "1 picture", len(noted))
        usage = value_at(body, "usageMetadata")
        yield from usage_differences(served, usage if isinstance(usage, dict) else {}, 1, size)
        for picture in noted:
            yield from file_differences(served, picture, form)
        yield from signature_differences(served, body)

    return Expectation(frozenset(answer_facts(served, form)), compare)


def answer_facts(served: Served, layout: str) -> set[str]:
    """The facts that an answer with a picture shows."""
    signed = [] if served.model.facts["signatures"]["value"] is None else [
        join_pointer("tables/thought_signatures.json", "families", _family(served)),
    ]  # fmt: skip
    return {
        f"{RESPONSE}#",
        f"content/surfaces.json#/{served.surface}/answer",
        output_fact(served),
        join_pointer("tables/picture_profiles.json", "profiles", layout),
        f"{served.file}#/signatures",
        *signed,
        *usage_facts(served),
    }


def body_differences(served: Served, body: Any) -> Iterator[Difference]:
    """What is wrong with a body: its shape, the order of its keys, how it ends, its ids."""
    errors = list(validator(RESPONSE).iter_errors(body))
    for error in errors:
        yield difference("shape", fact(f"{RESPONSE}#"), error.message[:200], _keys(body))
    if errors:
        return
    yield from _order_differences(served, body)
    if value_at(body, "candidates", 0, "finishReason") != "STOP":
        reason = value_at(body, "candidates", 0, "finishReason")
        yield difference("finish", fact(f"{RESPONSE}#"), "STOP", reason)
    if body["modelVersion"] != served.name:
        yield difference("model", fact(f"{RESPONSE}#"), served.name, body["modelVersion"])
    yield from _id_differences(body)


def _order_differences(served: Served, body: Any) -> Iterator[Difference]:
    rules = spec.content_surface(served.surface)["answer"]
    candidate = value_at(body, "candidates", 0)
    parts: Mapping[str, Any] = {
        "body": body, "candidate": candidate, "content": value_at(candidate, "content"),
    }  # fmt: skip
    for name, value in parts.items():
        if not isinstance(value, dict):
            continue
        expected = [key for key in rules[name] if key in value]
        required = {"index"} & set(rules[name]) if name == "candidate" else set()
        required |= {"createTime"} & set(rules[name]) if name == "body" else set()
        if list(value) != expected or required - value.keys():
            pointer = f"content/surfaces.json#/{served.surface}/answer"
            yield difference("order", fact(pointer), rules[name], list(value))


def _id_differences(body: Any) -> Iterator[Difference]:
    """`responseId` is a moment, a server and a process; `createTime` is the same moment."""
    rule = fact(f"{RESPONSE}#/properties/responseId")
    numbers = id_numbers(body["responseId"])
    if numbers is None:
        yield difference("id", rule, "four bytes and three varints", body["responseId"])
    elif "createTime" in body:
        seconds, microseconds, *_ = numbers
        moment = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{microseconds:06}Z"
        if moment != body["createTime"]:
            yield difference("id", rule, body["createTime"], moment)


def id_numbers(text: str) -> tuple[int, ...] | None:
    """Seconds, microseconds, server and process of an id; None where it is none."""
    raw = decode(text + "=" * (-len(text) % 4))
    numbers, number, bits = [int.from_bytes(raw[:4], "little")], 0, 0
    for byte in raw[4:]:
        number |= (byte & 127) << bits
        bits += 7
        if byte < 128:
            numbers.append(number)
            number = bits = 0
    return tuple(numbers) if len(numbers) == 4 and not bits and numbers[1] < 10**6 else None


def signature_differences(served: Served, body: Any) -> Iterator[Difference]:
    """Pictures have signatures of the model's size where it signs, and none where it does not."""
    signs = served.model.facts["signatures"]["value"] is not None
    rule = fact(f"{served.file}#/signatures")
    for part in value_at(body, "candidates", 0, "content", "parts") or ():
        signature = part.get("thoughtSignature")
        if "inlineData" in part and signs != (signature is not None):
            expected = "a signature" if signs else "none"
            yield difference("signature", rule, expected, list(part))
        elif signature is not None and signs:
            yield from _size_differences(served, signature)


def _size_differences(served: Served, signature: str) -> Iterator[Difference]:
    pointer = join_pointer("tables/thought_signatures.json", "families", _family(served))
    least, most = spec.read("tables/thought_signatures.json")["families"][_family(served)][
        "characters"
    ]
    if not least - SLACK <= len(signature) <= most + SLACK:
        expected = f"{least} to {most} characters"
        yield difference("signature", fact(pointer), expected, len(signature))


def _family(served: Served) -> str:
    families: Mapping[str, Any] = spec.read("tables/thought_signatures.json")["families"]
    return next(one for one in families if served.model.id.startswith(one))


def _keys(body: Any) -> object:
    return list(body) if isinstance(body, dict) else type(body).__name__


def expect_each(
    check: str, pointer: str, expected: object, observe: Callable[[Picture], object]
) -> Expectation:
    """A property of each picture of an answer; an answer without any is told elsewhere."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        for picture in pictures(exchange):
            if (observed := observe(picture)) != expected:
                yield difference(check, fact(pointer), expected, observed)

    return Expectation(frozenset({pointer}), compare)


def expect_size(pointer: str, size: tuple[int, int]) -> Expectation:
    """Width and height in pixels."""
    return expect_each("size", pointer, size, lambda one: one.image.size if one.image else None)
