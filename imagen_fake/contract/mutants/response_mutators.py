"""Mutators of the fake's requests and responses, each in one respect.

`mutants.json` has the fact that each contradicts.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pybase64
from PIL import Image, ImageChops, ImageOps
from PIL.PngImagePlugin import PngInfo

from imagen_fake.contract.bodies.pictures import encode_image
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.facts.schemas import task_schema
from imagen_fake.contract.picture_file import FORMATS

Ask = Callable[[Request], Response]
Mutator = Callable[[Ask, Request], Response]
Change = Callable[[Any], Any]

ORIGIN: Mapping[str, Callable[[PngInfo, Any], None]] = {
    "Raw profile type iptc": lambda info, text: info.add_text("Raw profile type iptc", text, True),
    "xmp": lambda info, text: info.add_itxt("XML:com.adobe.xmp", text.decode()),
}
"""How a PNG is given what it says of its origin, by Pillow's names."""


def answers(change: Change) -> Mutator:
    """A mutator that changes the JSON of successes: in place, or by what the function returns."""
    return _bodies(change, lambda response: response.status < 400)


def refusals(change: Change) -> Mutator:
    """A mutator that changes the JSON of refusals: in place, or by what the function returns."""
    return _bodies(change, lambda response: response.status >= 400)


def elements(change: Change) -> Mutator:
    """A mutator that changes the list of elements of successes in place."""

    def changed(body: Any) -> None:
        items = body.get("predictions", body.get("data"))
        if items:
            change(items)

    return answers(changed)


def each(key: str, change: Change) -> Mutator:
    """A mutator that changes every element with such a key in place."""

    def changed(items: Any) -> None:
        for item in items:
            if isinstance(item, dict) and key in item:
                change(item)

    return elements(changed)


def redraw(draw: Callable[[Image.Image], bytes]) -> Mutator:
    """A mutator that encodes every PNG anew."""

    def change(element: Any) -> None:
        data = pybase64.b64decode(element["bytesBase64Encoded"])
        if data.startswith(b"\x89PNG"):
            drawn = draw(Image.open(io.BytesIO(data), formats=FORMATS))
            element["bytesBase64Encoded"] = pybase64.b64encode_as_string(drawn)

    return each("bytesBase64Encoded", change)


def parameters(change: Change) -> Mutator:
    """A mutator that changes the parameters of a request in place before it is answered."""

    def mutated(ask: Ask, request: Request) -> Response:
        body = _parsed(request.body)
        if isinstance(body, dict) and isinstance(body.get("parameters"), dict):
            change(body["parameters"])
            request = replace(request, body=json.dumps(body).encode())
        return ask(request)

    return mutated


def headers(change: Callable[[list[tuple[bytes, bytes]], Request], object]) -> Mutator:
    """A mutator that changes the headers of every answer in place."""

    def mutated(ask: Ask, request: Request) -> Response:
        response = ask(request)
        params = list(response.headers)
        change(params, request)
        return replace(response, headers=tuple(params))

    return mutated


def only_if_body_has(text: bytes, mutator: Mutator) -> Mutator:
    """A mutator of the responses to requests that hold a text."""
    return lambda ask, request: mutator(ask, request) if text in request.body else ask(request)


def repaint(change: Callable[[Image.Image], Image.Image]) -> Mutator:
    """A mutator that changes the pixels of every PNG, and keeps what it says of its origin."""

    def draw(image: Image.Image) -> bytes:
        origin = PngInfo()
        for name, add in ORIGIN.items():
            if name in image.info:
                add(origin, image.info[name])
        return encode_image(change(image.convert("RGB")), "PNG", pnginfo=origin)

    return redraw(draw)


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
    body = _parsed(request.body)
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


def _bodies(change: Change, applies: Callable[[Response], bool]) -> Mutator:
    def mutated(ask: Ask, request: Request) -> Response:
        response = ask(request)
        body = _parsed(response.body)
        if not applies(response) or not isinstance(body, dict):
            return response
        mutated_body = change(body)
        return replace(response, body=json.dumps(mutated_body or body, ensure_ascii=False).encode())

    return mutated


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


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
