"""Whether usageMetadata adds up, and has the counts of the model."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.exchange import Difference
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.content.calls import Served

PARTS = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")


def usage_differences(
    served: Served, usage: Mapping[str, Any], pictures: int, size: str
) -> Iterator[Difference]:
    """What is wrong with the usage of an answer with so many pictures of a size such as `1K`."""
    rules = f"content/surfaces.json#/{served.surface}/usage"
    order = [name for name in spec.content_surface(served.surface)["usage"]["order"]
             if name in usage]  # fmt: skip
    if list(usage) != order:
        yield difference("order", fact(rules), order, list(usage))
    total = sum(int(usage.get(name) or 0) for name in PARTS)
    if usage.get("totalTokenCount") != total:
        yield difference("usage", fact(rules), f"{total} in all", usage)
    prompt = _tokens(usage, "promptTokensDetails")
    if sum(prompt.values()) != usage.get("promptTokenCount"):
        yield difference("usage", fact(rules), "details that make up the prompt", usage)
    tokens = served.model.facts["tokens"]
    place = f"{served.file}#/tokens/pictureOut"
    table = tokens["pictureOut"]["value"]
    if served.surface in tokens.get("on", {}):
        place, table = f"{served.file}#/tokens/on/{served.surface}", None
        table = tokens["on"][served.surface]["value"]
    drawn = _tokens(usage, "candidatesTokensDetails").get("IMAGE", 0)
    if size in table and drawn != table[size] * pictures:
        yield difference("usage", fact(place), table[size] * pictures, drawn)
    yield from _thoughts(served, usage)


def _thoughts(served: Served, usage: Mapping[str, Any]) -> Iterator[Difference]:
    """Thoughts are within the model's range, or there are none."""
    span, count = served.model.facts["tokens"]["thoughts"]["value"], usage.get("thoughtsTokenCount")
    if count is not None and (span is None or not span[0] <= count <= span[1]):
        yield difference("usage", fact(f"{served.file}#/tokens/thoughts"), span, count)


def prompt_differences(
    served: Served, usage: Mapping[str, Any], pictures: int
) -> Iterator[Difference]:
    """What is wrong with the count, and the order, of a prompt with so many pictures."""
    counted = _tokens(usage, "promptTokensDetails")
    tokens = served.model.facts["tokens"]
    expected = tokens["pictureIn"]["value"] * pictures
    if counted.get("IMAGE", 0) != expected:
        pointer = f"{served.file}#/tokens/pictureIn"
        yield difference("usage", fact(pointer), expected, counted.get("IMAGE", 0))
    order = [name for name in tokens["promptOrder"]["value"] if name in counted]
    if list(counted) != order:
        yield difference("order", fact(f"{served.file}#/tokens/promptOrder"), order, list(counted))


def usage_facts(served: Served) -> set[str]:
    """The facts that the usage of any answer shows."""
    own = f"tokens/on/{served.surface}"
    has_own = served.surface in served.model.facts["tokens"].get("on", {})
    return {
        f"content/surfaces.json#/{served.surface}/usage",
        f"{served.file}#/{own if has_own else 'tokens/pictureOut'}",
        f"{served.file}#/tokens/thoughts",
    }


def _tokens(usage: Mapping[str, Any], name: str) -> Mapping[str, int]:
    """The tokens by modality, in their order."""
    details = usage.get(name) or ()
    return {str(one.get("modality")): int(one.get("tokenCount") or 0) for one in details}
