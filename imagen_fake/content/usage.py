"""`usageMetadata`: how many tokens a call took; total is prompt, candidates and thoughts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from imagen_fake import spec
from imagen_fake.content import turns
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.validate import count_tokens

TEXT, IMAGE = "TEXT", "IMAGE"


def usage(call: Call, texts: Sequence[str] = (), pictures: int = 0) -> Mapping[str, Any]:
    """The usage of an answer with these texts and so many pictures, in the surface's order."""
    facts = spec.content_surface(call.surface.name)["usage"]
    picture = pictures * picture_tokens(call)
    text = sum(map(count_tokens, texts))
    complete = facts["textInDetails"]
    hidden = 0 if complete or not pictures else _drawn(call, "extra")
    thoughts = thought_tokens(call) if pictures or texts else 0
    counts = {**prompt_usage(call), "candidatesTokenCount": picture + text + hidden}
    counts["thoughtsTokenCount"] = thoughts
    shown = {IMAGE: picture, TEXT: text if complete else 0}
    counts["candidatesTokensDetails"] = _details(shown, (IMAGE, TEXT))
    counts["totalTokenCount"] = (
        counts["promptTokenCount"] + counts["candidatesTokenCount"] + thoughts
    )
    return ordered_usage(call, counts)


def refused_usage(call: Call) -> Mapping[str, Any]:
    """The usage of a candidate that is withheld: it was thought about, and that counts once."""
    mirrors = spec.content_surface(call.surface.name)["usage"]["mirrors"]
    return _thought_usage(call, thought_tokens(call) if mirrors else 0)


def cut_usage(call: Call) -> Mapping[str, Any]:
    """The usage of an answer whose tokens ended before its first part."""
    return _thought_usage(call, 0)


def _thought_usage(call: Call, candidates: int) -> Mapping[str, Any]:
    thoughts, counts = thought_tokens(call), prompt_usage(call)
    total = counts["promptTokenCount"] + thoughts
    beside = {"candidatesTokenCount": candidates, "thoughtsTokenCount": thoughts}
    return ordered_usage(call, {**counts, **beside, "totalTokenCount": total})


def blocked_usage(call: Call) -> Mapping[str, Any]:
    """The usage of a call whose prompt is blocked: nothing but the prompt counts."""
    counts = prompt_usage(call)
    return ordered_usage(call, {**counts, "totalTokenCount": counts["promptTokenCount"]})


def prompt_usage(call: Call) -> Mapping[str, Any]:
    """`promptTokenCount` and its details, in the order of the model."""
    contents = call.instance["contents"]
    instruction = call.instance.get("systemInstruction")
    everything = [*contents, *([instruction] if instruction else ())]
    role = spec.content_surface(call.surface.name)["usage"]["roleToken"]
    text = sum(count_tokens(words) for one in everything for words in turns.texts(one))
    tokens = call.model.facts["tokens"]
    counts = {
        TEXT: text + role * len(contents),
        IMAGE: tokens["pictureIn"]["value"] * len(list(turns.pictures(contents))),
    }
    others = _other_files(contents)
    counts |= others
    details = _details(counts, [*tokens["promptOrder"]["value"], *others])
    return {"promptTokenCount": sum(counts.values()), "promptTokensDetails": details}


def _other_files(contents: Sequence[turns.Content]) -> dict[str, int]:
    """The tokens of what is no picture, by modality."""
    kinds = spec.task_schema(spec.CONTENT)["$defs"]["media"]["x-tokens"]["value"]
    counts: dict[str, int] = {}
    for file in turns.files(contents):
        for prefix, kind in kinds.items():
            if file.media.get("mimeType", "").startswith(prefix):
                modality = kind["modality"]
                counts[modality] = counts.get(modality, 0) + kind["tokenCount"]
    return counts


def traffic(call: Call, *, billable: bool) -> Mapping[str, Any]:
    """The usage of a chunk without counts: what traffic it is; what of the prompt is billed."""
    counts = {"billablePromptUsage": {"textCount": billable_characters(call)}} if billable else {}
    return ordered_usage(call, counts)


def billable_characters(call: Call) -> int:
    """The characters of the prompt without spaces."""
    prompt = (*call.instance["contents"], *filter(None, [call.instance.get("systemInstruction")]))
    letters = "".join(words for one in prompt for words in turns.texts(one))
    return len("".join(letters.split()))


def picture_tokens(call: Call) -> int:
    """The tokens of one picture of the answer."""
    tokens = call.model.facts["tokens"]
    by_size = tokens["pictureOut"]["value"]
    if call.surface.name in (there := tokens.get("on", {})):
        by_size = there[call.surface.name]["value"]
    return int(by_size[call.parameters.get("imageSize", "1K")])


def thought_tokens(call: Call) -> int:
    """The tokens that a call was thought about, of those it has; 0 where its level leaves none."""
    facts = call.model.facts["tokens"]["thoughts"]
    if "levels" in facts and thinking_level(call) not in facts["levels"]:
        return 0
    drawn = _drawn(call, "thoughts")
    return int(min(drawn, call.parameters.get("maxOutputTokens", drawn)))


def thinking_level(call: Call) -> str:
    """The level that a call asks for, else the model's own; empty where it has none."""
    schema = spec.content_request(call.model.id, call.surface.name).schema
    field = schema["$defs"]["thinkingConfig"]["properties"]["thinkingLevel"]
    return str(call.parameters.get("thinkingLevel", field.get("default", "")))


def ordered_usage(call: Call, counts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Counts in the order of the surface, with what it adds; a 0 and an empty list are left out."""
    facts = spec.content_surface(call.surface.name)["usage"]
    beside = {name: facts[name] for name in ("trafficType",) if name in facts}
    since = facts.get("serviceTierSince")
    if since and datetime.fromtimestamp(call.moment, UTC).date() >= date.fromisoformat(since):
        beside["serviceTier"] = str(call.parameters.get("serviceTier", "standard"))
    everything = {**counts, **beside}
    return {name: everything[name] for name in facts["order"] if everything.get(name)}


def _details(counts: Mapping[str, int], order: Sequence[str]) -> list[Mapping[str, Any]]:
    return [
        {"modality": modality, "tokenCount": counts[modality]}
        for modality in order
        if counts[modality]
    ]


def _drawn(call: Call, name: str) -> int:
    """A number of the model's range of that name, the same one for an equal call; 0 without."""
    span = call.model.facts["tokens"][name]["value"]
    if span is None:
        return 0
    least, most = span
    return int(least + int.from_bytes(call.digest()[8:12]) % (most - least + 1))
