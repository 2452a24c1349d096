"""Mutators of the fake's requests and responses, each in one respect.

`mutants.json` has the fact that each contradicts.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from PIL import ImageChops, ImageOps

from imagen_fake.contract.bodies.pictures import encode_image
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.facts.schemas import task_schema
from imagen_fake.contract.mutants.mutator import (
    Ask,
    Change,
    Mutator,
    answers,
    each,
    elements,
    headers,
    only_if_body_has,
    parameters,
    parse_json,
    redraw,
    refusals,
    repaint,
)


def replace_seed(seeds: Callable[[Any], int]) -> Change:
    """A change of parameters: another seed where there is one."""

    def change(params: Any) -> None:
        if "seed" in params:
            params["seed"] = seeds(params)

    return change


def mirror_value(name: str, choices: Callable[[], list[Any]]) -> Change:
    """A change of one of these values to that as far from the other end."""

    def change(holder: Any) -> None:
        listed = choices()
        if holder.get(name) in listed:
            holder[name] = listed[-1 - listed.index(holder[name])]

    return change


def invert_quality(params: Any) -> None:
    """A change of parameters: the higher the quality, the lower."""
    options = params.get("outputOptions")
    if isinstance(options, dict) and isinstance(options.get("compressionQuality"), int):
        options["compressionQuality"] = 100 - options["compressionQuality"]


def force_watermark(params: Any) -> None:
    """A change of parameters: a watermark, and so no seed."""
    params.pop("seed", None)
    params["addWatermark"] = True


def length_dependent_captions(ask: Ask, request: Request) -> Response:
    """A mutator of its own: captions depend on how long the request is."""

    def change(items: list[Any]) -> None:
        items[:] = [
            f"{item} ({len(request.body)})" if isinstance(item, str) else item for item in items
        ]

    return elements(change)(ask, request)


def echo_reference(ask: Ask, request: Request) -> Response:
    """A mutator of its own: the first reference picture comes back as it was sent."""
    body = parse_json(request.body)
    text = body["instances"][0]["referenceImages"][0]["referenceImage"]["bytesBase64Encoded"]
    return each("bytesBase64Encoded", lambda item: item.update(bytesBase64Encoded=text))(
        ask, request
    )


def echo_credential(items: list[tuple[bytes, bytes]], request: Request) -> None:
    """A change of headers: the credential comes back."""
    secrets = {b"authorization", b"x-goog-api-key"}
    items += [(b"x-caller", value) for name, value in request.headers if name in secrets]


def levels() -> list[str]:
    """The safety settings, the strictest first."""
    schema = task_schema("generate")["$defs"]["parameters"]["properties"]["safetySetting"]
    return list(schema["enum"])


def decisions() -> list[str]:
    """The decision about a marked picture, and about another."""
    return list(task_schema("verify")["x-decisions"]["value"])


SEEDS = count(1000)
PICTURE = "bytesBase64Encoded"
REASON = "Pictures were filtered."

MUTATORS: Mapping[str, Mutator] = {
    "refused with 500": lambda ask, request: replace(
        response := ask(request), status=500 if response.status == 400 else response.status
    ),
    "a flat error": refusals(lambda body: body["error"]),
    "a list of errors": refusals(lambda body: [body]),
    "a code as a text": refusals(
        lambda body: body["error"].update(code=str(body["error"]["code"]))
    ),
    "a key in vain": each(PICTURE, lambda item: item.setdefault("safetyAttributes", None)),
    "a key beside": answers(lambda body: body.update(deployedModelId="1")),
    "an element more": elements(lambda items: items.append({})),
    "a picture less": elements(lambda items: items.pop(0)),
    "a picture twice": elements(lambda items: items.insert(0, items[0])),
    "a type nobody knows": each(PICTURE, lambda item: item.update(mimeType="image/jpg")),
    "base64 for addresses": each(
        PICTURE,
        lambda item: item.update({PICTURE: item[PICTURE].replace("+", "-").replace("/", "_")}),
    ),
    "scores to the third decimal": each(
        "safetyAttributes",
        lambda item: item["safetyAttributes"].update(categories=["Hate"], scores=[0.123]),
    ),
    "transparent": redraw(lambda image: encode_image(image.convert("RGBA"), "PNG")),
    "a column less": repaint(lambda image: image.crop((0, 0, image.width - 1, image.height))),
    "nothing of its origin": redraw(lambda image: encode_image(image.copy(), "PNG")),
    "JPEG in PNG's name": redraw(lambda image: encode_image(image.convert("RGB"), "JPEG")),
    "no watermark": parameters(lambda params: params.update(addWatermark=False)),
    "always a watermark": parameters(force_watermark),
    "a seed is ignored": parameters(replace_seed(lambda _: next(SEEDS))),
    "all seeds are one": parameters(replace_seed(lambda _: 1)),
    "the count stirs the seed": parameters(
        replace_seed(lambda params: int(params["seed"]) + int(params.get("sampleCount", 0)))
    ),
    "the filter upside down": parameters(mirror_value("safetySetting", levels)),
    "quality upside down": parameters(invert_quality),
    "a mask is not respected": only_if_body_has(
        b"_MASK", repaint(lambda image: ImageChops.offset(image, 3, 3))
    ),
    "nothing is edited": only_if_body_has(b"_MASK", echo_reference),
    "upscaled in negative": only_if_body_has(b"upscaleConfig", repaint(ImageOps.invert)),
    "captions of requests": length_dependent_captions,
    "decisions the other way round": each("decision", mirror_value("decision", decisions)),
    "a reason for nothing": only_if_body_has(
        b"imagen-3", elements(lambda items: items.append({"raiFilteredReason": REASON}))
    ),
    "the credential in a header": headers(echo_credential),
    "no server": headers(
        lambda items, _: items.remove(next(item for item in items if item[0] == b"server"))
    ),
    "plain text": headers(lambda items, _: items.__setitem__(0, (b"content-type", b"text/plain"))),
}
"""Every mutator by its name in `mutants.json`."""
