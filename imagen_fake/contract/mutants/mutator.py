"""What mutators are made of: each changes requests or responses in one respect."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pybase64
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from imagen_fake.contract.bodies.pictures import encode_image
from imagen_fake.contract.exchange import Request, Response
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
        body = parse_json(request.body)
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


def _bodies(change: Change, applies: Callable[[Response], bool]) -> Mutator:
    def mutated(ask: Ask, request: Request) -> Response:
        response = ask(request)
        body = parse_json(response.body)
        if not applies(response) or not isinstance(body, dict):
            return response
        mutated_body = change(body)
        return replace(response, body=json.dumps(mutated_body or body, ensure_ascii=False).encode())

    return mutated


def parse_json(body: bytes) -> Any:
    """The JSON of a body; None for what is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
