"""Ways to spoil what the fake is asked or what it answers, each in one respect.

`mutants.json` says of each which fact it contradicts.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pybase64
from PIL import Image, ImageChops, ImageOps

from imagen_fake import spec
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.imaging.files.codec import FORMATS, png
from imagen_fake.imaging.files.metadata import Metadata

Ask = Callable[[Request], Response]
Warp = Callable[[Ask, Request], Response]
Spoil = Callable[[Any], Any]


def answers(spoil: Spoil) -> Warp:
    """A warp that changes the JSON of successes: in place, or by what is returned."""
    return _bodies(spoil, lambda response: response.status < 400)


def refusals(spoil: Spoil) -> Warp:
    """A warp that changes the JSON of refusals: in place, or by what is returned."""
    return _bodies(spoil, lambda response: response.status >= 400)


def elements(spoil: Spoil) -> Warp:
    """A warp that changes the list of elements of successes in place."""

    def spoilt(body: Any) -> None:
        found = body.get("predictions", body.get("data"))
        if found:
            spoil(found)

    return answers(spoilt)


def each(key: str, spoil: Spoil) -> Warp:
    """A warp that changes every element with such a key in place."""

    def spoilt(found: Any) -> None:
        for one in found:
            if isinstance(one, dict) and key in one:
                spoil(one)

    return elements(spoilt)


def redrawn(redraw: Callable[[Image.Image], bytes]) -> Warp:
    """A warp that draws every PNG again, as a file."""

    def spoil(element: Any) -> None:
        data = pybase64.b64decode(element["bytesBase64Encoded"])
        if data.startswith(b"\x89PNG"):
            drawn = redraw(Image.open(io.BytesIO(data), formats=FORMATS))
            element["bytesBase64Encoded"] = pybase64.b64encode_as_string(drawn)

    return each("bytesBase64Encoded", spoil)


def parameters(spoil: Spoil) -> Warp:
    """A warp that changes the parameters of a request in place before it is answered."""

    def warped(ask: Ask, request: Request) -> Response:
        body = _parsed(request.body)
        if isinstance(body, dict) and isinstance(body.get("parameters"), dict):
            spoil(body["parameters"])
            request = replace(request, body=json.dumps(body).encode())
        return ask(request)

    return warped


def headers(spoil: Callable[[list[tuple[bytes, bytes]], Request], object]) -> Warp:
    """A warp that changes the headers of every answer in place."""

    def warped(ask: Ask, request: Request) -> Response:
        response = ask(request)
        sent = list(response.headers)
        spoil(sent, request)
        return replace(response, headers=tuple(sent))

    return warped


def where(text: bytes, warp: Warp) -> Warp:
    """A warp of requests alone that hold a text."""
    return lambda ask, request: warp(ask, request) if text in request.body else ask(request)


def credited(image: Image.Image) -> bytes:
    """A PNG with the origin that the service writes into what it generates."""
    marks = spec.table("image_metadata")["generate"]["image/png"]
    return png(image, Metadata(marks["credit"], marks["sourceType"]))


def file_of(image: Image.Image, kind: str) -> bytes:
    """A picture as a file of a kind that Pillow writes."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def other_seed(seeds: Callable[[Any], int]) -> Spoil:
    """A change of parameters: another seed where there is one."""

    def spoil(sent: Any) -> None:
        if "seed" in sent:
            sent["seed"] = seeds(sent)

    return spoil


def swapped(name: str, values: Callable[[], list[Any]]) -> Spoil:
    """A change of one of these values, wherever it is, to that as far from the other end."""

    def spoil(holder: Any) -> None:
        known = values()
        if holder.get(name) in known:
            holder[name] = known[-1 - known.index(holder[name])]

    return spoil


def worse(sent: Any) -> None:
    """A change of parameters: the higher the quality, the lower."""
    options = sent.get("outputOptions")
    if isinstance(options, dict) and isinstance(options.get("compressionQuality"), int):
        options["compressionQuality"] = 100 - options["compressionQuality"]


def marked(sent: Any) -> None:
    """A change of parameters: a watermark, and so no seed."""
    sent.pop("seed", None)
    sent["addWatermark"] = True


def chatty(ask: Ask, request: Request) -> Response:
    """A warp of its own: captions depend on how long the request is."""

    def spoil(found: list[Any]) -> None:
        found[:] = [
            f"{one} ({len(request.body)})" if isinstance(one, str) else one for one in found
        ]

    return elements(spoil)(ask, request)


def unedited(ask: Ask, request: Request) -> Response:
    """A warp of its own: the first reference picture comes back as it was sent."""
    body = _parsed(request.body)
    text = body["instances"][0]["referenceImages"][0]["referenceImage"]["bytesBase64Encoded"]
    return each("bytesBase64Encoded", lambda one: one.update(bytesBase64Encoded=text))(ask, request)


def repeating(found: list[tuple[bytes, bytes]], request: Request) -> None:
    """A change of headers: the credential comes back."""
    secrets = {b"authorization", b"x-goog-api-key"}
    found += [(b"x-caller", value) for name, value in request.headers if name in secrets]


def levels() -> list[str]:
    """The safety settings, the strictest first."""
    schema = spec.task_schema("generate")["$defs"]["parameters"]["properties"]["safetySetting"]
    return list(schema["enum"])


def decisions() -> list[str]:
    """What is said of a marked picture, and of another."""
    return list(spec.task_schema("verify")["x-decisions"]["value"])


def _bodies(spoil: Spoil, wanted: Callable[[Response], bool]) -> Warp:
    def warped(ask: Ask, request: Request) -> Response:
        response = ask(request)
        body = _parsed(response.body)
        if not wanted(response) or not isinstance(body, dict):
            return response
        spoilt = spoil(body)
        return replace(response, body=json.dumps(spoilt or body, ensure_ascii=False).encode())

    return warped


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


SEEDS = count(1000)
PICTURE = "bytesBase64Encoded"
REASON = "Pictures were filtered."

WARPS: Mapping[str, Warp] = {
    "refused with 500": lambda ask, request: replace(
        response := ask(request), status=500 if response.status == 400 else response.status
    ),
    "a flat error": refusals(lambda body: body["error"]),
    "a list of errors": refusals(lambda body: [body]),
    "a code as a text": refusals(
        lambda body: body["error"].update(code=str(body["error"]["code"]))
    ),
    "a key in vain": each(PICTURE, lambda one: one.setdefault("safetyAttributes", None)),
    "a key beside": answers(lambda body: body.update(deployedModelId="1")),
    "an element more": elements(lambda found: found.append({})),
    "a picture less": elements(lambda found: found.pop(0)),
    "a picture twice": elements(lambda found: found.insert(0, found[0])),
    "a type nobody knows": each(PICTURE, lambda one: one.update(mimeType="image/jpg")),
    "base64 for addresses": each(
        PICTURE, lambda one: one.update({PICTURE: one[PICTURE].replace("+", "-").replace("/", "_")})
    ),
    "scores to the third decimal": each(
        "safetyAttributes",
        lambda one: one["safetyAttributes"].update(categories=["Hate"], scores=[0.123]),
    ),
    "transparent": redrawn(lambda image: file_of(image.convert("RGBA"), "PNG")),
    "a column less": redrawn(
        lambda image: credited(image.convert("RGB").crop((0, 0, image.width - 1, image.height)))
    ),
    "nothing of its origin": redrawn(lambda image: png(image.convert("RGB"))),
    "JPEG in PNG's name": redrawn(lambda image: file_of(image.convert("RGB"), "JPEG")),
    "no watermark": parameters(lambda sent: sent.update(addWatermark=False)),
    "always a watermark": parameters(marked),
    "a seed is ignored": parameters(other_seed(lambda _: next(SEEDS))),
    "all seeds are one": parameters(other_seed(lambda _: 1)),
    "the count stirs the seed": parameters(
        other_seed(lambda sent: int(sent["seed"]) + int(sent.get("sampleCount", 0)))
    ),
    "the filter upside down": parameters(swapped("safetySetting", levels)),
    "quality upside down": parameters(worse),
    "a mask is not respected": where(
        b"_MASK", redrawn(lambda image: credited(ImageChops.offset(image.convert("RGB"), 3, 3)))
    ),
    "nothing is edited": where(b"_MASK", unedited),
    "upscaled in negative": where(
        b"upscaleConfig", redrawn(lambda image: png(ImageOps.invert(image.convert("RGB"))))
    ),
    "captions of requests": chatty,
    "decisions the other way round": each("decision", swapped("decision", decisions)),
    "a reason for nothing": where(
        b"imagen-3", elements(lambda found: found.append({"raiFilteredReason": REASON}))
    ),
    "the credential in a header": headers(repeating),
    "no server": headers(
        lambda found, _: found.remove(next(one for one in found if one[0] == b"server"))
    ),
    "plain text": headers(lambda found, _: found.__setitem__(0, (b"content-type", b"text/plain"))),
}
"""Every warp by its name in `mutants.json`."""
