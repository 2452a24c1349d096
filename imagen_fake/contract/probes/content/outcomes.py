"""Answers without a picture, forced ones among them; models that are gone, or not there at all."""

from collections.abc import Iterator
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.checks.registry import difference
from imagen_fake.contract.checks.response import json_body, value_at
from imagen_fake.contract.exchange import Difference, Exchange, Request
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.content.calls import Served, asking, everywhere, samples
from imagen_fake.contract.probes.content.reading import pictures
from imagen_fake.contract.probes.expectations import (
    expect,
    expect_error,
    expect_json,
    expect_schema,
    expect_status,
)
from imagen_fake.contract.probes.probe import Expectation, Probe, http_probe
from imagen_fake.contract.targets.settings import AS_OF

OUTCOMES = "content/outcomes.json#"
BLOCKED = "pornography"


def content_outcome_probes() -> Iterator[Probe]:
    """The probes of each reason there is, of models' last days and of their entries."""
    for served in samples():
        yield from _finish_probes(served)
        yield from _block_probes(served)
        yield _missing_probe(served)
    for served in everywhere():
        yield from _life_cycle_probes(served)
        if served.surface == "gemini":
            yield _listing_probe(served)


def expect_no_picture(pointer: str) -> Expectation:
    """An answer, and no picture in it."""

    def compare(exchange: Exchange) -> Iterator[Difference]:
        if exchange.response.status != 200 or pictures(exchange):
            observed = (exchange.response.status, len(pictures(exchange)))
            yield difference("no picture", fact(pointer), (200, 0), observed)

    return Expectation(frozenset({pointer}), compare)


def _on(surface: str, reasons: str) -> list[str]:
    """The reasons that a surface has."""
    facts = spec.read("content/outcomes.json")
    own = facts["surfaces"]["value"]
    return [one for one in facts[reasons]["value"] if own.get(one, surface) == surface]


def _finish_probes(served: Served) -> Iterator[Probe]:
    """Each reason but that of success, and the contents that come in place of parts."""
    messages = spec.read("content/outcomes.json")["messages"]
    for reason in _on(served.surface, "finishReasons")[1:]:
        pointer = f"{OUTCOMES}/finishReasons"
        judged = [expect_json(pointer, reason, "candidates", 0, "finishReason")]
        if "text" in messages.get(reason, {}):
            place = f"{OUTCOMES}/messages/{reason}"
            judged.append(_expect_text(place, messages[reason]["text"].partition("{")[0]))
        yield _forced(served, f"finish={reason}", expect_no_picture(pointer), *judged)
    for name, content in spec.read("content/outcomes.json")["contents"]["value"].items():
        reason_check = expect_json(f"{OUTCOMES}/contents", content, "candidates", 0, "content")
        yield _forced(served, f"finish=IMAGE_SAFETY:{name}", reason_check)


def _expect_text(pointer: str, start: str) -> Expectation:
    def text(exchange: Exchange) -> str:
        message = value_at(json_body(exchange.response), "candidates", 0, "finishMessage")
        return str(message)

    return expect("message", pointer, start, text, lambda one: text(one).startswith(start))


def _block_probes(served: Served) -> Iterator[Probe]:
    """Each reason to block a prompt, and a prompt that the filter blocks."""
    pointer = f"{OUTCOMES}/blockReasons"
    for reason in _on(served.surface, "blockReasons"):
        reason_check = expect_json(pointer, reason, "promptFeedback", "blockReason")
        none = expect_json(pointer, None, "candidates")
        yield _forced(served, f"block={reason}", expect_no_picture(pointer), reason_check, none)
    place = f"{OUTCOMES}/byFilter"
    by_filter = spec.read("content/outcomes.json")["byFilter"]
    reasons = {by_filter["prompt_threshold"], by_filter["prompt_sensitive"]}
    reason_check = expect(
        "value", place, sorted(reasons), _block_reason, lambda one: _block_reason(one) in reasons
    )
    yield served.probe(
        "a prompt that is blocked", asking(BLOCKED), expect_no_picture(place), reason_check
    )


def _block_reason(exchange: Exchange) -> Any:
    return value_at(json_body(exchange.response), "promptFeedback", "blockReason")


def _forced(served: Served, directive: str, *expectations: Expectation) -> Probe:
    return served.probe(directive, asking(), *expectations, header=directive)


def _missing_probe(served: Served) -> Probe:
    """A model that never was."""
    nowhere = Served("gemini-0-never", served.surface)
    error = spec.surface(served.surface).error("model_not_found")
    return nowhere.probe("no such model", asking(), expect_error(error, served.surface),
                         error=error)  # fmt: skip


def _life_cycle_probes(served: Served) -> Iterator[Probe]:
    """On its last day a model is gone."""
    cycle = served.model.life_cycle(served.surface)
    facts = served.model.facts["lifeCycle"][served.surface]
    if cycle is None or "retired" not in facts or "error" not in facts:
        return
    refusal = expect_error(spec.surface(served.surface).error(facts["error"]), served.surface)
    status = expect_status(404, served.life_cycle_fact)
    setting = f"{AS_OF}{facts['retired']}"
    yield served.probe(f"as of {facts['retired']}", asking(), refusal, status,
                       error=facts["error"], setting=setting)  # fmt: skip


def _listing_probe(served: Served) -> Probe:
    """A model's entry in the list of the Gemini API."""
    pointer = f"{served.file}#/geminiListing"
    methods = spec.content_surface("gemini")["methods"]["value"]
    request = Request("GET", f"/v1beta/models/{served.name}", ((b"x-goog-api-key", b"${token}"),))
    return http_probe(
        request,
        expect_schema("model"),
        expect_json("content/surfaces.json#/gemini/methods", methods, "supportedGenerationMethods"),
        *(expect_json(pointer, value, key)
          for key, value in served.model.facts["geminiListing"]["value"].items()),
        surface="gemini",
    )  # fmt: skip
