"""Valid calls with the fields below a part, a blob, a file, a tool, and forms of an image."""

from collections.abc import Iterator
from typing import Any

from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.content.answers import expect_size
from imagen_fake.contract.probes.content.calls import (
    PROMPT,
    Served,
    asking,
    picture_part,
    samples,
)
from imagen_fake.contract.probes.content.reading import pictures
from imagen_fake.contract.probes.content.rejections import PNG, refused
from imagen_fake.contract.probes.content.values import pixels_of, valid
from imagen_fake.contract.probes.expectations import expect_status
from imagen_fake.contract.probes.probe import Expectation, Probe

MEDIA = "content/request.json#/$defs/media"


def content_part_probes() -> Iterator[Probe]:
    """The probes of a sample with each field of each group."""
    for served in samples():
        yield from _part_probes(served)
        yield from _format_probes(served)
        yield from _other_probes(served)


def _part_probes(served: Served) -> Iterator[Probe]:
    extra: dict[str, Any] = {
        "thought": {"text": "hm", "thought": True},
        "videoMetadata": {"text": "a tree", "videoMetadata": {}},
        "mediaResolution": {"text": "a tree", "mediaResolution": {}},
    }
    for name, part in extra.items():
        body = asking(PROMPT, part)
        yield valid(served, f"a part with {name}", body, served.rule("Part", name))
    for name in ("functionCall", "functionResponse"):
        body, rule = asking(PROMPT, {name: {"name": "f"}}), served.rule("Part", name)
        yield refused(served, f"a part with {name}", body, "content_functions_off", rule)
    blob = {**picture_part(PNG)["inlineData"], "displayName": "mine"}
    for name in blob:
        body, rule = asking(PROMPT, {"inlineData": blob}), served.rule("Blob", name)
        yield served.probe(f"a picture with {name}", body, expect_status(200, rule))
    for alphabet, text in (("standard", PNG), ("url", PNG.translate(str.maketrans("+/", "-_")))):
        allowed = expect_status(200, f"{MEDIA}/x-alphabets")
        yield served.probe(f"base64, {alphabet}", asking(PROMPT, picture_part(text)), allowed)


def _format_probes(served: Served) -> Iterator[Probe]:
    """`responseFormat.image`, whose names stand for ratios and sizes."""
    fields = served.fields("ImageResponseFormat")
    meanings = fields["aspectRatio"]["x-means"]
    for name, ratio in meanings.items():
        if ratio:
            table, size = pixels_of(served, "1K", ratio)
            body = asking(responseFormat={"image": {"aspectRatio": name}})
            rule = served.rule("ImageResponseFormat", "aspectRatio")
            size_check = expect_size(table, size)
            yield valid(
                served, f"responseFormat {name}", body, rule, size_check,
                beneath="ResponseFormat/properties/image",
            )  # fmt: skip
    for field in ("imageSize", "mimeType", "delivery"):
        value = {"imageSize": "IMAGE_SIZE_ONE_K"}.get(field, fields[field]["enum"][1])
        body, rule = (
            asking(responseFormat={"image": {field: value}}),
            served.rule("ImageResponseFormat", field),
        )
        yield served.probe(f"responseFormat {value}", body, expect_status(200, rule))
    for name in ("text", "audio"):
        body, rule = asking(responseFormat={name: {}}), served.rule("ResponseFormat", name)
        yield valid(served, f"responseFormat of {name}", body, rule)


def _other_probes(served: Served) -> Iterator[Probe]:
    """Searching, which an answer tells of; budgets of thought; files in Cloud Storage."""
    for name in ("googleSearch", "googleSearchRetrieval"):
        rule, body = served.rule("Tool", name), {**asking(), "tools": [{name: {}}]}
        yield valid(served, f"a tool: {name}", body, rule)
    for name in ("functionCallingConfig", "retrievalConfig"):
        body = {**asking(), "tools": [{"googleSearch": {}}], "toolConfig": {name: {}}}
        yield valid(served, f"toolConfig: {name}", body, served.rule("ToolConfig", name))
    body, rule = asking(thinkingConfig={"thinkingBudget": 0}), "thinkingBudget"
    pointer = served.rule("thinkingConfig", rule)
    yield served.probe("a budget of thought", body, expect_status(200, pointer))
    if "outputConfig" in served.fields(""):
        rule = served.rule("OutputConfig", "outputUriPrefix")
        stored = {**asking(), "outputConfig": {"outputUriPrefix": "gs://a-bucket/a-folder"}}
        allowed = expect_status(200, served.rule("", "outputConfig"))
        yield served.probe("a picture in Cloud Storage", stored, allowed, expect_status(200, rule),
                           expect_elsewhere(rule))  # fmt: skip
        body = {**asking(), "outputConfig": {"outputUriPrefix": "a-bucket"}}
        yield refused(served, "no bucket", body, "content_output_uri", rule)
    if "imageOutputOptions" in served.fields("imageConfig"):
        rule = served.rule("ImageOutputOptions", "compressionQuality")
        for quality in (-1, 101):
            options = {"imageOutputOptions": {"compressionQuality": quality}}
            body = asking(imageConfig=options)
            yield refused(served, f"a quality of {quality}", body, "content_range", rule)


def expect_elsewhere(pointer: str) -> Expectation:
    """An answer that holds no picture itself."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        if count := len(pictures(exchange)):
            yield difference("delivery", fact(pointer), "a link", f"{count} pictures")

    return Expectation(frozenset({pointer}), compare)
