"""Valid calls: each field of a request with the values that a model takes on a surface."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.pictures import encode_image, picture
from imagen_fake.contract.facts.facts import is_graded, join_pointer
from imagen_fake.contract.probes.content.answers import expect_picture, expect_size
from imagen_fake.contract.probes.content.calls import (
    PROMPT,
    Served,
    asking,
    everywhere,
    picture_part,
    samples,
    turn,
)
from imagen_fake.contract.probes.content.files import output_fact, output_of
from imagen_fake.contract.probes.expectations import expect_status
from imagen_fake.contract.probes.probe import Probe

FIELDS: Mapping[str, tuple[Any, ...]] = {
    "temperature": (0, 0.7, 2, "1.5"),
    "topP": (0, 0.95, 1),
    "topK": (1, 64, 1000),
    "maxOutputTokens": (8192,),
    "seed": (-(2**31) + 1, 2**31 - 1, "12"),
    "candidateCount": (1, "1"),
    "stopSequences": (["the end"],),
    "presencePenalty": (0.5,),
    "frequencyPenalty": (-0.5,),
    "responseLogprobs": (False, "true"),
    "logprobs": (2,),
    "speechConfig": ({},),
    "audioTimestamp": (True,),
    "enableAffectiveDialog": (False,),
    "responseMimeType": ("", "text/plain"),
    "responseFormat": ({"text": {}}, {"audio": {}}),
}
"""Values of the fields of generationConfig that are no choice, in either form that JSON has."""


RATIO = "imageConfig/properties/aspectRatio generationConfig/properties/imageConfig"
IMAGE_SIZE = "imageConfig/properties/imageSize"
OPTIONS = "imageConfig/properties/imageOutputOptions"
LEVEL = "thinkingConfig/properties/thinkingLevel generationConfig/properties/thinkingConfig"
CONTENT = "Content/properties/role Content/properties/parts"


def content_value_probes() -> Iterator[Probe]:
    """The probes of valid calls: every model plain and in each shape, a sample in every field."""
    for served in everywhere():
        yield _plain(served)
        yield from _ratios(served)
        yield from _sizes(served)
        yield from _levels(served)
    for served in samples():
        yield from _field_probes(served)
        yield from _top_probes(served)


def valid(
    served: Served,
    label: str,
    body: Any,
    pointer: str,
    *more: Any,
    beneath: str = "",
    **kwargs: Any,
) -> Probe:
    """The probe of a valid call, which the rule at the pointer allows.

    `beneath` names, by words, places in `content/request.json#/$defs` that a model narrows.
    """
    own = {f"content/models/{served.name}.json#/aliasOf", f"{served.file}#/sizes"}
    own |= {f"content/request.json#/$defs/{one}" for one in beneath.split()}
    facts = frozenset(one for one in own if is_graded(one))
    ok = expect_status(200, pointer)
    return served.probe(label, body, ok, expect_picture(served, **kwargs), *more, facts=facts)


def modalities(served: Served) -> list[str]:
    """Words and pictures for a model that makes both only, else pictures alone."""
    both = "not" in served.fields("generationConfig").get("responseModalities", {})
    return ["TEXT", "IMAGE"] if both else ["IMAGE"]


def default_size(served: Served) -> tuple[int, int] | None:
    """The size of pictures of words alone; None where the model chooses."""
    size = served.model.facts["defaultSize"]["value"]
    return None if isinstance(size, dict) else (size[0], size[1])


def _plain(served: Served) -> Probe:
    size = default_size(served)
    size_check = [expect_size(f"{served.file}#/defaultSize", size)] if size else []
    return valid(served, "plain", asking(), served.life_cycle_fact, *size_check)


def image_sizes(served: Served) -> list[str]:
    """The sizes, such as `2K`, that a model takes."""
    return list(served.fields("imageConfig").get("imageSize", {}).get("enum", ()))


def ratios(served: Served) -> list[str]:
    """The ratios that a model takes."""
    if "not" in served.fields("generationConfig").get("imageConfig", {}):
        return []
    return list(served.fields("imageConfig").get("aspectRatio", {}).get("enum", ()))


def pixels_of(served: Served, size: str, ratio: str) -> tuple[str, tuple[int, int]]:
    """The pointer of a table of sizes, and the width and height in it."""
    row = served.model.facts["sizes"]["value"][size]
    width, height = spec.read("content/sizes.json")["sizes"][row]["value"][ratio]
    return join_pointer("content/sizes.json", "sizes", row), (width, height)


def _ratios(served: Served) -> Iterator[Probe]:
    rule = served.rule("imageConfig", "aspectRatio") if ratios(served) else ""
    for ratio in ratios(served):
        pointer, size = pixels_of(served, "1K", ratio)
        body = asking(imageConfig={"aspectRatio": ratio})
        size_check = expect_size(pointer, size)
        yield valid(served, f"aspectRatio {ratio}", body, rule, size_check, beneath=RATIO)


def _sizes(served: Served) -> Iterator[Probe]:
    if not ratios(served):
        return
    rule, ratio = served.rule("imageConfig", "imageSize"), ratios(served)[0]
    for size in image_sizes(served):
        pointer, pixels = pixels_of(served, size, ratio)
        body = asking(imageConfig={"aspectRatio": ratio, "imageSize": size})
        size_check = expect_size(pointer, pixels)
        yield valid(
            served, f"imageSize {size}", body, rule, size_check, size=size, beneath=IMAGE_SIZE
        )


def _levels(served: Served) -> Iterator[Probe]:
    field = served.fields("thinkingConfig").get("thinkingLevel", {})
    if "not" in served.fields("generationConfig").get("thinkingConfig", {}):
        return
    for level in field.get("enum", ()):
        body = asking(thinkingConfig={"thinkingLevel": level.lower(), "includeThoughts": False})
        rule = served.rule("thinkingConfig", "thinkingLevel")
        yield valid(served, f"thinkingLevel {level}", body, rule, beneath=LEVEL)


def _field_probes(served: Served) -> Iterator[Probe]:
    """Each field of the groups of generationConfig, of the values that there are."""
    for name, values in FIELDS.items():
        if name in served.fields("generationConfig"):
            rule = served.rule("generationConfig", name)
            for value in values:
                yield valid(served, f"{name} {value!r}", asking(**{name: value}), rule)
    config = "generationConfig"
    for value in (["IMAGE"], ["TEXT", "IMAGE"], ["image"], []):
        rule, body = served.rule(config, "responseModalities"), asking(responseModalities=value)
        yield valid(served, f"responseModalities {value}", body, rule)
    for value in served.fields(config)["mediaResolution"]["enum"]:
        rule, body = served.rule(config, "mediaResolution"), asking(mediaResolution=value)
        yield valid(served, f"mediaResolution {value}", body, rule)
    yield from _image_config_probes(served)


def _image_config_probes(served: Served) -> Iterator[Probe]:
    fields = served.fields("imageConfig")
    for name in ("personGeneration", "prominentPeople"):
        for value in fields.get(name, {}).get("enum", ()):
            rule = served.rule("imageConfig", name)
            yield valid(served, f"{name} {value}", asking(imageConfig={name: value}), rule)
    formats = {"image/png": "png", "image/jpeg": "jpeg"} if "imageOutputOptions" in fields else {}
    for mime_type, key in formats.items():
        options = {"mimeType": mime_type, "compressionQuality": 85}
        rule, body = (
            served.rule("ImageOutputOptions", "mimeType"),
            asking(imageConfig={"imageOutputOptions": options}),
        )
        if layout := output_of(served).get(key):
            yield valid(
                served, f"a picture of {mime_type}", body, rule, layout=layout, beneath=OPTIONS
            )


def _top_probes(served: Served) -> Iterator[Probe]:
    """Fields beside the contents, roles and kinds of parts, single objects for lists."""
    plain, text = asking(), {"text": PROMPT}
    sent: dict[str, tuple[str, Any]] = {
        "contents a single object": ("contents", {**plain, "contents": turn(PROMPT)}),
        "parts a single object": ("contents", {**plain, "contents": [{"parts": text}]}),
        "parts in lists": ("contents", {**plain, "contents": [[{"parts": [[text]]}]]}),
        "a field that is null": ("systemInstruction", {**plain, "systemInstruction": None}),
        "safetySettings": ("safetySettings", {**plain, "safetySettings": []}),
        "role USER": ("contents", {**plain, "contents": [turn(PROMPT, role="USER")]}),
        "systemInstruction": ("systemInstruction", {**plain, "systemInstruction": turn("Paint.")}),
        "tools": ("tools", {**plain, "tools": [{"googleSearch": {}}]}),
        "googleSearchRetrieval": ("tools", {**plain, "tools": {"googleSearchRetrieval": {}}}),
        "toolConfig": ("toolConfig", {**plain, "tools": [{"google_search": {}}], "toolConfig": {
            "functionCallingConfig": {}, "retrievalConfig": {}}}),
        "labels": ("labels", {**plain, "labels": {"a": "b"}}),
        "store": ("store", {**plain, "store": True}),
        "model": ("model", {**plain, "model": f"models/{served.name}"}),
        "serviceTier": ("serviceTier", {**plain, "serviceTier": "STANDARD"}),
        "modelArmorConfig": ("modelArmorConfig", {**plain, "modelArmorConfig": {}}),
    }  # fmt: skip
    for label, (field, body) in sent.items():
        if field in served.fields(""):
            yield valid(served, label, body, served.rule("", field), beneath=CONTENT)
    for name in ("category", "threshold", "method"):
        for value in served.fields("SafetySetting").get(name, {}).get("enum", ()):
            setting = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}
            body = {**plain, "safetySettings": [{**setting, name: value}]}
            yield valid(served, f"{name} {value}", body, served.rule("SafetySetting", name))
    for mime_type, format_name in (("image/png", "PNG"), ("image/jpeg", "JPEG"),
                                   ("image/webp", "WEBP")):  # fmt: skip
        part = picture_part(b64encode(encode_image(picture(), format_name)).decode(), mime_type)
        layout = output_of(served).get("edit", "")
        pointer = output_fact(served)
        yield valid(served, f"a picture in {format_name}", asking(PROMPT, part), pointer,
                    layout=layout, beneath="media/x-formats")  # fmt: skip
