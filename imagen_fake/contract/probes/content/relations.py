"""Relations of several calls: seeds, words, spellings, edits, and turns that are sent back."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from PIL import Image

from imagen_fake.contract.bodies.pictures import encode_image
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import json_body, value_at
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.picture_file import open_picture
from imagen_fake.contract.probes.content.answers import expect_picture
from imagen_fake.contract.probes.content.calls import (
    PROMPT,
    SEED,
    Served,
    asking,
    everywhere,
    is_signed,
    kinds,
    picture_part,
    samples,
    turn,
)
from imagen_fake.contract.probes.content.files import output_of
from imagen_fake.contract.probes.content.memory import Memory
from imagen_fake.contract.probes.content.reading import pictures, pixels, words
from imagen_fake.contract.probes.content.rejections import PNG, refused
from imagen_fake.contract.probes.content.usage import prompt_differences
from imagen_fake.contract.probes.content.values import modalities
from imagen_fake.contract.probes.expectations import expect_status
from imagen_fake.contract.probes.probe import Expectation, Probe

REQUEST = "content/request.json#/$defs"
SEED_FACT = f"{REQUEST}/generationConfig/properties/seed"
TEMPERATURE_FACT = f"{REQUEST}/generationConfig/properties/temperature"
TEXT_FACT = f"{REQUEST}/Part/properties/text"
PICTURE_FACT = f"{REQUEST}/Part/properties/inlineData"
SIGNATURE_FACT = f"{REQUEST}/Part/properties/thoughtSignature"

RED, BLUE = (220, 30, 30), (30, 30, 220)
WIDE, TALL = (400, 300), (300, 500)


def content_relation_probes() -> Iterator[Probe]:
    """The probes that are compared with one another, those of a model together."""
    for served in everywhere():
        yield _edit_probe(served, "an edit of a picture", [wide_red()], WIDE, warm=True)
    for served in kinds():
        yield from _seed_probes(served, Memory())
        yield from _edit_probes(served)
        if is_signed(served):
            yield from _turn_probes(served)
    for served in samples():
        yield from _spelling_probes(served, Memory())
        yield from _dummy_probes(served)


def drawing(exchange: Exchange) -> list[str]:
    """What tells the pictures of one answer from those of another."""
    return [sha256(one).hexdigest()[:16] for one in pixels(exchange)]


def whole_answer(exchange: Exchange) -> tuple[object, ...]:
    """All that an answer says, without its moment."""
    data = [sha256(one.data).hexdigest()[:16] for one in pictures(exchange)]
    return words(exchange), data, value_at(json_body(exchange.response), "usageMetadata")


def _seed_probes(served: Served, memory: Memory) -> Iterator[Probe]:
    body = asking(responseModalities=modalities(served))
    first = memory.keep("seed", SEED_FACT, drawing)
    yield served.probe("seed 7", body, expect_status(200, SEED_FACT), first)
    again = memory.same("same seed", "seed", SEED_FACT, drawing)
    yield served.probe("seed 7 again", body, expect_status(200, SEED_FACT), again)
    for label, pointer, prompt, config in (
        ("seed 8", SEED_FACT, PROMPT, {"seed": SEED + 1}),
        ("seed 7, warmer", TEMPERATURE_FACT, PROMPT, {"temperature": 1.7}),
        ("seed 7, other words", TEXT_FACT, "a green tree", {}),
    ):
        other = memory.other("other drawing", "seed", pointer, drawing)
        changed = asking(prompt, **{"responseModalities": modalities(served), **config})
        yield served.probe(label, changed, expect_status(200, pointer), other)


def _spelling_probes(served: Served, memory: Memory) -> Iterator[Probe]:
    """Names as messages spell them, a single object, a number as text: the same answer."""
    config = {"imageConfig": {"aspectRatio": "4:3"}, "responseModalities": ["IMAGE"]}
    body, pointer = asking(**config), "content/request.json#/properties/generationConfig"
    ok = expect_status(200, pointer)
    yield served.probe("spelled as JSON", body, ok, memory.keep("spelling", pointer, whole_answer))
    spellings: dict[str, Any] = {
        "spelled as the message": snake_keys(body),
        "spelled with a text for a number": asking(**{**config, "seed": str(SEED)}),
        "spelled in lower case": asking(**{**config, "responseModalities": ["image"]}),
        "spelled with a single object": {**body, "contents": body["contents"][0]},
        "spelled with empty fields": {**body, "systemInstruction": None},
    }
    for label, other in spellings.items():
        same = memory.same("spelling", "spelling", pointer, whole_answer)
        yield served.probe(label, other, ok, same)


def snake_keys(value: Any) -> Any:
    """A value whose names are spelled as those of messages."""
    if isinstance(value, dict):
        return {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): snake_keys(one)
                for name, one in value.items()}  # fmt: skip
    return [snake_keys(one) for one in value] if isinstance(value, list) else value


def flat_part(size: tuple[int, int], colour: tuple[int, int, int]) -> dict[str, Any]:
    """A part with a picture of one colour."""
    data = encode_image(Image.new("RGB", size, colour))
    return picture_part(b64encode(data).decode())


def wide_red() -> dict[str, Any]:
    """A part with a picture that is wide and red."""
    return flat_part(WIDE, RED)


def _edit_probes(served: Served) -> Iterator[Probe]:
    """An edit of two pictures has the ratio of the last, and starts from it."""
    wide, tall = wide_red(), flat_part(TALL, BLUE)
    yield _edit_probe(served, "an edit of the last of two", [wide, tall], TALL, warm=False)
    yield _edit_probe(served, "an edit of the last, turned", [tall, wide], WIDE, warm=True)


def _edit_probe(
    served: Served, label: str, parts: list[Any], size: tuple[int, int], *, warm: bool
) -> Probe:
    body = asking("lighter", *parts, responseModalities=modalities(served))
    return served.probe(
        label, body, expect_status(200, PICTURE_FACT), expect_ratio(size),
        expect_warmth(warm=warm), expect_prompt(served, len(parts)),
        expect_picture(served, layout=output_of(served).get("edit", "")),
    )  # fmt: skip


def expect_ratio(size: tuple[int, int]) -> Expectation:
    """About the ratio of a picture of a size: a model has some ratios alone."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        for picture in pictures(exchange):
            observed = picture.image.size if picture.image else (1, 1)
            off = observed[0] * size[1] / (observed[1] * size[0])
            if not 0.85 < off < 1.18:
                yield difference("ratio kept", fact(PICTURE_FACT), size, observed)

    return Expectation(frozenset({PICTURE_FACT}), compare)


def expect_warmth(*, warm: bool) -> Expectation:
    """More red than blue, or the reverse."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        for picture in pictures(exchange):
            image = open_picture(picture.data)
            if image is None:
                continue
            red, _, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
            if (red > blue) != warm:
                expected = "the colours of the last picture"
                yield difference("starts from", fact(PICTURE_FACT), expected, (red, blue))

    return Expectation(frozenset({PICTURE_FACT}), compare)


def expect_prompt(served: Served, count: int) -> Expectation:
    """The tokens of a prompt with so many pictures."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        usage = value_at(json_body(exchange.response), "usageMetadata")
        if isinstance(usage, dict):
            yield from prompt_differences(served, usage, count)

    facts = {f"{served.file}#/tokens/{name}" for name in ("pictureIn", "promptOrder")}
    return Expectation(frozenset(facts), compare)


def _turn_probes(served: Served) -> Iterator[Probe]:
    """A picture of the model that comes back: with its signature, an altered one, or none."""
    place = "candidates/0/content/parts/0"
    stores = {
        "signed_picture": f"{place}/inlineData/data",
        "signed_type": f"{place}/inlineData/mimeType",
        "signature": f"{place}/thoughtSignature",
    }
    first = asking(responseModalities=["IMAGE"])
    ok = expect_status(200, SIGNATURE_FACT)
    yield served.probe("turns: the first", first, ok, stores=stores)
    sent = picture_part("${signed_picture}", "${signed_type}")
    signature = "${signature}"
    genuine = {**sent, "thoughtSignature": signature}
    yield served.probe("turns: unaltered", talk(genuine), ok)
    missing, altered = "content_signature_missing", "content_signature_invalid"
    yield refused(served, "turns: without signature", talk(sent), missing, SIGNATURE_FACT)
    longer = {**sent, "thoughtSignature": f"AAAA{signature}"}
    yield refused(served, "turns: altered", talk(longer), altered, SIGNATURE_FACT)
    other = {**picture_part(PNG), "thoughtSignature": signature}
    yield refused(served, "turns: of another picture", talk(other), altered, SIGNATURE_FACT)


def _dummy_probes(served: Served) -> Iterator[Probe]:
    """The words that are taken in place of a signature."""
    field = served.fields("Part")["thoughtSignature"]
    pointer = f"{SIGNATURE_FACT}/x-dummies"
    for word in field["x-dummies"]["value"]:
        part = {**picture_part(PNG), "thoughtSignature": word}
        ok = expect_status(200, pointer)
        yield served.probe(f"turns: {word}", talk(part), ok)


def talk(part: Any) -> dict[str, Any]:
    """A body with a turn of the user's, one of the model's with this part, and a second wish."""
    body = asking(responseModalities=["IMAGE"])
    turns = [turn(PROMPT), turn(part, role="model"), turn("make it green")]
    return {**body, "contents": turns}
