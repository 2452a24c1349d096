"""From a parsed body of `generateContent` to a Call with nothing left to check."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.content import turns
from imagen_fake.content.parameters import parameters, with_response_format
from imagen_fake.content.request import parse_request
from imagen_fake.content.usage import prompt_usage
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.normalize import fill_defaults
from imagen_fake.pipeline.payload import Payload
from imagen_fake.pipeline.prompt_directives import SplitBody, split_prompt
from imagen_fake.pipeline.validate import refuse_first_error
from imagen_fake.spec import Model, Surface

SECONDS_A_DAY = 86_400


def content_call(
    model: Model,
    surface: Surface,
    payload: Payload,
    config: Config,
    warnings: tuple[str, ...] = (),
    variation: int | None = None,
) -> Call:
    """The call that a parsed body makes; raises ApiError for the first thing wrong with it.

    Its `moment` is derived from the call, on the configured day.
    """
    request = spec.content_request(model.id, surface.name)
    parsed = with_response_format(parse_request(payload.body, surface.name))
    body, ignored = _without_effect(fill_defaults(request.schema, parsed), request.schema, model)
    refuse_first_error(body, request, model, spec.CONTENT)
    contents = turns.with_roles(body["contents"])
    turns.check_parts(contents, model)
    turns.check_signatures(contents, model, surface.name, payload.media)
    split = _split(turns.without_signatures(contents), config)
    warnings = (*warnings, *ignored, *split.warnings)
    if config.strict and (ignored or split.warnings):
        raise ApiError("strict_warning", warning=" ".join((*ignored, *split.warnings)))
    seeded = "seed" in body.get("generationConfig", {})
    call = Call(
        model, spec.CONTENT, surface, _instance(split.body, body), parameters(body), warnings,
        payload.media, variation=None if seeded else variation, strict=config.strict,
        captioned=config.caption == "on", c2pa=config.c2pa, approved=config.approved,
        directives=split.directives,
    )  # fmt: skip
    return replace(call, moment=derived_moment(call, config.as_of))


def refuse_too_long(call: Call) -> None:
    """Raise ApiError for more tokens than the model takes."""
    count = prompt_usage(call)["promptTokenCount"]
    limit = call.model.facts["geminiListing"]["value"]["inputTokenLimit"]
    if count > limit:
        raise ApiError("content_too_long", task=spec.CONTENT, count=count, limit=limit)


def _instance(contents: list[turns.Content], body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Prompt, contents and instruction; the prompt is the words of the user's last turn."""
    place = turns.last_user_turn(contents)
    prompt = "" if place is None else "\n".join(turns.texts(contents[place]))
    instance: dict[str, Any] = {"prompt": prompt, "contents": contents}
    if "systemInstruction" in body:
        instance["systemInstruction"] = body["systemInstruction"]
    return instance


def _without_effect(
    body: Mapping[str, Any], schema: Mapping[str, Any], model: Model
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The body without what the model takes and ignores, and a warning for each."""
    fields = schema["$defs"]["generationConfig"]["properties"]
    config = body.get("generationConfig", {})
    idle = [name for name in config if fields[name].get("x-effect") == "none"]
    if not idle:
        return body, ()
    rest = {name: value for name, value in config.items() if name not in idle}
    texts = tuple(f"generationConfig.{name} has no effect on {model.name}." for name in idle)
    return {**body, "generationConfig": rest}, texts


def _split(contents: list[turns.Content], config: Config) -> SplitBody:
    """The contents without the directives in the user's last turn, their text, warnings."""
    place = turns.last_user_turn(contents)
    if config.directives != "all" or place is None:
        return SplitBody(contents)
    parts, found = [], []
    for part in contents[place]["parts"]:
        split = split_prompt(part["text"]) if "text" in part else SplitBody(None)
        found.append(split)
        parts.append({**part, "text": split.body} if "text" in part else part)
    turn = {**contents[place], "parts": parts}
    directives = " ".join(one.directives for one in found if one.directives)
    texts = tuple(text for one in found for text in one.warnings)
    return SplitBody([*contents[:place], turn, *contents[place + 1 :]], directives, texts)


def derived_moment(call: Call, as_of: date | None) -> float:
    """A moment that follows from the call: of the given day, or of the last one known of."""
    known = spec.read(f"{spec.CONTENT}/surfaces.json")["knownUntil"]["value"]
    day = as_of or date.fromisoformat(known)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    return start + int.from_bytes(call.digest()[:6]) % (SECONDS_A_DAY * 10**6) / 10**6
