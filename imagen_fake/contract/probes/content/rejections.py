"""Calls that are refused, and the words and violations of each refusal; all of them are free."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.pictures import encode_image, picture
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.content.calls import (
    PROMPT,
    Served,
    asking,
    everywhere,
    picture_part,
    samples,
    turn,
)
from imagen_fake.contract.probes.content.values import image_sizes, ratios
from imagen_fake.contract.probes.expectations import expect_error, expect_status
from imagen_fake.contract.probes.probe import Expectation, Probe

VIOLATIONS = "errors.json#/errors/content_json"
NOWHERE = "a_field_of_nobody"


def content_refusal_probes() -> Iterator[Probe]:
    """The probes of what each model refuses, and of what a sample does at every depth."""
    for served in everywhere():
        yield from _model_probes(served)
    for served in samples():
        yield from _unknown_probes(served)
        yield from _type_probes(served)
        yield from _range_probes(served)
        yield from _part_probes(served)


def refused(served: Served, label: str, body: Any, error: str, *rules: str) -> Probe:
    """The probe of a call that an error refuses, which the rules ask for."""
    model = served.model
    worded = model.facts.get("x-wording", {}).get("value", {})
    facts = frozenset({f"{served.file}#/x-wording"} if error in worded else ())
    error = worded.get(error, error)
    statuses = [expect_status(400, rule) for rule in rules]
    refusal = expect_error(error, served.surface)
    return served.probe(label, body, *statuses, refusal, error=error, facts=facts)


def violating(served: Served, label: str, body: Any, rule: str, path: str, problem: str) -> Probe:
    """The probe of a call with one violation: where it is, as the message spells it, and what."""
    violation = {**({"field": path} if path else {}), "description": problem}
    return served.probe(label, body, expect_status(400, rule), expect_violation(violation),
                        error="content_json")  # fmt: skip


def expect_violation(violation: Mapping[str, str]) -> Expectation:
    """The one violation of a refusal, in its message and in its details."""
    kind = spec.read("errors.json")["errors"]["content_json"]["details"][0]["@type"]

    def compare(exchange: Exchange) -> Iterator[Difference]:
        error = error_object(exchange.response)
        expected = [{"@type": kind, "fieldViolations": [violation]}]
        if error.get("message") != violation["description"]:
            expected_text = violation["description"]
            yield difference("message", fact(VIOLATIONS), expected_text, error.get("message"))
        if error.get("details") != expected:
            yield difference("violations", fact(VIOLATIONS), expected, error.get("details"))

    return Expectation(frozenset({VIOLATIONS}), compare)


def snake(name: str) -> str:
    """A name of JSON as a message spells it."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _model_probes(served: Served) -> Iterator[Probe]:
    """What the model itself does not have: ratios, sizes, levels, candidates, modalities."""
    config = served.fields("generationConfig")
    if ratios(served):
        other, large = {"aspectRatio": "7:3"}, {"imageSize": "8K"}
        missing = {"1:8", "512", "2K", "4K"} - {*ratios(served), *image_sizes(served)}
        for image in (other, large, *({"aspectRatio" if ":" in one else "imageSize": one}
                                      for one in sorted(missing))):  # fmt: skip
            ((name, value),) = image.items()
            rule = served.rule("imageConfig", name)
            body = asking(imageConfig=image)
            yield refused(
                served, f"{name} {value} of no model like it", body, "content_ratio", rule
            )
    for name in ("imageConfig", "thinkingConfig"):
        if "not" in config.get(name, {}):
            error, rule = config[name]["x-errors"]["not"], served.rule("generationConfig", name)
            yield refused(served, f"{name} at all", asking(**{name: {}}), error, rule)
    yield from _level_probes(served)
    rule = served.rule("generationConfig", "candidateCount")
    yield refused(served, "two candidates", asking(candidateCount=2), "content_candidates", rule)
    if "not" in config["responseModalities"]:
        rule = served.rule("generationConfig", "responseModalities")
        body = asking(responseModalities=["IMAGE"])
        yield refused(served, "pictures alone", body, "content_modalities", rule)
    if limit := served.model.facts["maxImages"]["value"]:
        parts = [picture_part(PNG)] * (limit + 1)
        yield refused(served, "a picture too many", asking(PROMPT, *parts),
                      "content_too_many_images", f"{served.file}#/maxImages")  # fmt: skip
    part = picture_part(PNG, "image/gif")
    yield refused(served, "a picture in GIF", asking(PROMPT, part), "content_mime_type",
                  f"{served.file}#/inputTypes")  # fmt: skip


def _level_probes(served: Served) -> Iterator[Probe]:
    """The levels of thought that other models have."""
    levels = served.fields("thinkingConfig").get("thinkingLevel", {}).get("enum")
    if not levels or "not" in served.fields("generationConfig").get("thinkingConfig", {}):
        return
    every = spec.task_schema(spec.CONTENT)["$defs"]["thinkingConfig"]["properties"]
    rule = served.rule("thinkingConfig", "thinkingLevel")
    for level in every["thinkingLevel"]["enum"]:
        if level not in levels:
            body, error = asking(thinkingConfig={"thinkingLevel": level}), "content_thinking_level"
            yield refused(served, f"thinkingLevel {level} of others", body, error, rule)


PNG = b64encode(encode_image(picture())).decode()


def _unknown_probes(served: Served) -> Iterator[Probe]:
    """A field that there is not, at each depth, and each that the surface does not know."""
    plain = asking()
    depths: dict[str, Any] = {
        "": {**plain, NOWHERE: 1},
        "contents[0]": {**plain, "contents": [{**turn(PROMPT), NOWHERE: 1}]},
        "contents[0].parts[0]": asking({"text": PROMPT, NOWHERE: 1}),
        "contents[0].parts[1].inline_data": asking(
            PROMPT, {"inlineData": {**picture_part(PNG)["inlineData"], NOWHERE: 1}}
        ),
        "generation_config": asking(**{NOWHERE: 1}),
        "generation_config.image_config": asking(imageConfig={NOWHERE: 1}),
        "generation_config.thinking_config": asking(thinkingConfig={NOWHERE: 1}),
        "safety_settings[0]": {**plain, "safetySettings": [{NOWHERE: 1}]},
        "tools[0]": {**plain, "tools": [{NOWHERE: 1}]},
        "tool_config": {**plain, "toolConfig": {NOWHERE: 1}},
        "system_instruction": {**plain, "systemInstruction": {**turn(PROMPT), NOWHERE: 1}},
    }
    for path, body in depths.items():
        yield _unknown(served, f"an unknown field in {path or 'the body'}", body, NOWHERE, path)
    removed = spec.content_surface(served.surface)["remove"]
    for group, path in (("", ""), ("generationConfig", "generation_config"),
                        ("imageConfig", "generation_config.image_config")):  # fmt: skip
        for name in removed.get(group, ()):
            bodies = {"": {**plain, name: {}}, "generationConfig": asking(**{name: {}}),
                      "imageConfig": asking(imageConfig={name: {}})}  # fmt: skip
            label = f"{name}, of the other surface"
            rule = f"content/surfaces.json#/{served.surface}/remove"
            yield _unknown(served, label, bodies[group], name, path, rule)


def _unknown(
    served: Served, label: str, body: Any, name: str, path: str, rule: str = VIOLATIONS
) -> Probe:
    where = f" at '{path}'" if path else ""
    problem = f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
    return violating(served, label, body, rule, path, problem)


def _type_probes(served: Served) -> Iterator[Probe]:
    """Values of another type, and names that a choice does not have."""
    package = spec.content_surface(served.surface)["package"]["value"]
    rows: list[tuple[str, str, Any, str]] = [
        ("generationConfig", "seed", '"x"', "TYPE_INT32"),
        ("generationConfig", "seed", "2147483648", "TYPE_INT32"),
        ("generationConfig", "temperature", '"warm"', "TYPE_FLOAT"),
        ("generationConfig", "responseLogprobs", "7", "TYPE_BOOL"),
        ("generationConfig", "responseMimeType", "7", "TYPE_STRING"),
        ("generationConfig", "mediaResolution", '"FINE"', "MediaResolution"),
        ("generationConfig", "imageConfig", "7", "ImageConfig"),
        ("imageConfig", "aspectRatio", "7", "TYPE_STRING"),
        ("thinkingConfig", "includeThoughts", '"perhaps"', "TYPE_BOOL"),
    ]
    for group, name, text, kind in rows:
        inner = {name: json.loads(text)}
        body = asking(**(inner if group == "generationConfig" else {group: inner}))
        prefix = (
            "generation_config"
            if group == "generationConfig"
            else (f"generation_config.{snake(group)}")
        )
        path = f"{prefix}.{snake(name)}"
        rule = f"content/surfaces.json#/{served.surface}/package"
        if kind.startswith("TYPE_"):
            rule = served.rule(group, name)
        full = kind if kind.startswith("TYPE_") else f"type.googleapis.com/{package}.{kind}"
        problem = f"Invalid value at '{path}' ({full}), {text}"
        yield violating(served, f"{name} {text}", body, rule, path, problem)


def _range_probes(served: Served) -> Iterator[Probe]:
    """A number below the least, or above the most; each field that is off."""
    for name, field in served.fields("generationConfig").items():
        for keyword, step in (("minimum", -1), ("maximum", 1)):
            if keyword in field:
                error = field["x-errors"][keyword]
                body = asking(**{name: field[keyword] + step})
                rule = served.rule("generationConfig", name)
                yield refused(served, f"{name} beyond its {keyword}", body, error, rule)
        if "not" in field and field.get("type") == "object":
            rule = served.rule("generationConfig", name)
            body = asking(**{name: {"type": "OBJECT"}})
            yield refused(served, f"{name}, which is off", body, field["x-errors"]["not"], rule)
    body, rule = asking(responseMimeType="application/json"), "responseMimeType"
    pointer = served.rule("generationConfig", rule)
    yield refused(served, "an answer in JSON", body, "content_json_off", pointer)
    for name, value, error in (
        ("functionDeclarations", [{"name": "f"}], "content_functions_off"),
        ("codeExecution", {}, "content_code_off"), ("urlContext", {}, "content_code_off"),
    ):  # fmt: skip
        body = {**asking(), "tools": [{name: value}]}
        yield refused(served, f"{name}, which is off", body, error, served.rule("Tool", name))
    body = {**asking(), "cachedContent": "cachedContents/mine"}
    rule = served.rule("", "cachedContent")
    yield refused(served, "a cached content", body, "content_cache_off", rule)


def _part_probes(served: Served) -> Iterator[Probe]:
    """Contents without parts, parts without data, pictures that are none."""
    plain, rule = asking(), "content/request.json#/properties/contents"
    text = b64encode(b"no picture at all").decode()
    for label, contents, error in (
        ("no contents", [], "content_no_contents"),
        ("no parts", [{"role": "user", "parts": []}], "content_no_parts"),
        ("an empty part", [turn({})], "content_empty_part"),
        ("another role", [turn(PROMPT, role="system")], "content_role"),
        ("a function's answer", [turn({"functionResponse": {}})], "content_functions_off"),
        ("a link to a file", [turn(PROMPT, {"fileData": {
            "mimeType": "image/png", "fileUri": "https://a.example/b.png"}})], "content_file_uri"),
        ("no picture", [turn(PROMPT, picture_part(text))], "content_picture"),
        ("no base64", [turn(PROMPT, picture_part("*"))], "content_base64"),
        ("PNG that is said to be JPEG", [turn(PROMPT, picture_part(PNG, "image/jpeg"))],
         "content_mime_mismatch"),
    ):  # fmt: skip
        yield refused(served, label, {**plain, "contents": contents}, error, rule)
