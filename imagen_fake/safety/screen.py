"""What the safety filter says of a prompt, and of each sample made from it.

The categories and the support codes are the service's (`schemas/tables`); the words, weights,
limits and rules are this fake's own, in `triggers.json`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Verdict
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import force_verdicts
from imagen_fake.safety.ages import mentions_age_of_child
from imagen_fake.safety.artwork import is_artwork
from imagen_fake.safety.phrases import (
    PhraseIndex,
    Words,
    blank,
    inflections,
    plurals,
    spans,
    tokens,
)

CHILD, DRAWN = "Child", "Drawn"
PERSONS = {CHILD, "Person"}

Topics = Mapping[str, float]
"""How much a text speaks of something, in [0,1]; silent topics are left out."""


def screen(call: Call) -> Call:
    """The call with its prompt's score in every category and a verdict on every sample.

    Scores are in [0,1] with one decimal. The same call always gets the same verdicts, and a
    stricter `safetySetting` never lets more through.

    Raises:
        ApiError: `prompt_sensitive` whatever the settings, `prompt_threshold` by `safetySetting`.
    """
    topics = {**score_topics(call.prompt), **call.outcome.directives.get("score", {})}
    refuse(call, topics)
    categories = spec.table("safety_categories")["prompt"]["value"]
    scores = {category: topics.get(category, 0.0) for category in categories}
    return replace(call, scores=scores, verdicts=force_verdicts(call, judge(call, topics)))


def score_topics(text: str) -> Topics:
    """The score of each category and topic of `triggers.json` in a text, in linear time."""
    words = blank(tokens(text), _index("harmless"))
    phrases = dict.fromkeys(phrase for _, _, phrase in spans(words, _index("words")))
    remainders: dict[str, float] = {}
    for phrase in phrases:
        for topic, weight in _weights()[phrase].items():
            remainders[topic] = remainders.get(topic, 1.0) * (1.0 - weight)
    topics = {topic: round(1.0 - rest, 1) for topic, rest in remainders.items()}
    if mentions_age_of_child(text, _index("persons")):
        topics[CHILD] = 1.0
    if CHILD in topics and is_artwork(text, _persons()):
        topics[DRAWN] = 1.0
    return topics


def refuse(call: Call, topics: Topics) -> None:
    """Raise ApiError if a rule, or the limit of `safetySetting`, refuses the prompt."""
    limit = _limits(call)["prompt"]
    reasons = [(rule["refuses"], rule["codes"]) for rule in _rules("refuses", call, topics)]
    for topic, category in triggers()["refusedAs"].items():
        if topics.get(topic, 0.0) >= limit:
            reasons.append(("prompt_threshold", [[category, "input"]]))
    for error_id, kinds in reasons[:1]:
        raise ApiError(error_id, _codes(kinds), task=call.task, model=call.model.name)


def judge(call: Call, topics: Topics) -> tuple[Verdict, ...]:
    """A verdict on each of `sampleCount` samples; one where the task has no such parameter."""
    samples = _image_scores(call, topics)
    for rule in _rules("filters", call, topics):
        return tuple(Verdict(scores, _codes(rule["codes"]), rule["filters"]) for scores in samples)
    return tuple(_by_limit(call, topics, scores) for scores in samples)


@cache
def triggers() -> Any:
    """The parsed `triggers.json`."""
    return json.loads(Path(__file__).with_name("triggers.json").read_bytes())


def _by_limit(call: Call, topics: Topics, scores: Mapping[str, float]) -> Verdict:
    limit = _limits(call)["image"]
    over = [triggers()["images"][name]["code"] for name in scores if scores[name] >= limit]
    if not over:
        return Verdict(scores)
    beside = [code for rule in _rules("accompanies", call, topics) for code in rule["codes"]]
    return Verdict(scores, _codes([*([name, "output"] for name in over), *beside]), "threshold")


def _image_scores(call: Call, topics: Topics) -> list[Mapping[str, float]]:
    """Each sample's scores: the prompt's, a little up or down by turns unless they are zero.

    Which sample begins is for the call's entropy to say. So a prompt near the limit loses some
    of four samples, never all and never none. A forced score is every sample's.
    """
    images, offsets = triggers()["images"], triggers()["offsets"]
    levels = {
        name: max(topics.get(topic, 0.0) for topic in images[name]["topics"])
        for name in spec.table("safety_categories")["image"]["value"]
    }
    first = call.entropy(0)[0] if any(levels.values()) else 0
    forced = call.outcome.directives.get("score", {})
    return [
        {
            name: forced.get(name, round(min(max(level + offset, 0.0), 1.0), 1) if level else 0.0)
            for name, level in levels.items()
        }
        for turn in range(first, first + call.parameters.get("sampleCount", 1))
        for offset in [offsets[turn % len(offsets)]]
    ]


def _limits(call: Call) -> Mapping[str, float]:
    """The scores from which a prompt is refused and an image filtered."""
    level = call.parameters.get("safetySetting", triggers()["unsaid"])
    return cast("Mapping[str, float]", triggers()["levels"][level])


def _rules(outcome: str, call: Call, topics: Topics) -> Iterator[Any]:
    """The rules with an outcome that apply to the call, in order."""
    return (
        rule for rule in triggers()["rules"] if outcome in rule and _applies(rule, call, topics)
    )


def _applies(rule: Any, call: Call, topics: Topics) -> bool:
    present = {topic for topic, level in topics.items() if level >= triggers()["found"]}
    return (
        rule.get("approved", call.approved) == call.approved
        and all(not present.isdisjoint(either) for either in rule["topics"])
        and present.isdisjoint(rule.get("unless", ()))
        and all(
            call.parameters.get(name) in values for name, values in rule.get("when", {}).items()
        )
    )


def _codes(kinds: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The support codes of pairs such as `("Violence", "output")`."""
    categories = spec.table("support_codes")["categories"]
    return tuple(code for category, place in kinds for code in categories[category][place])


@cache
def _weights() -> Mapping[str, Topics]:
    """The weights of each phrase, by topic."""
    weights: dict[str, dict[str, float]] = {}
    for topic, tiers in triggers()["words"].items():
        for weight, phrases in tiers.items():
            for phrase in phrases:
                weights.setdefault(phrase, {})[topic] = float(weight)
    return weights


@cache
def _persons() -> Words:
    """Words for people."""
    return tuple(phrase for phrase, topics in _weights().items() if not PERSONS.isdisjoint(topics))


@cache
def _index(kind: str) -> PhraseIndex:
    """The index of `words`, `persons` or `harmless` phrases."""
    if kind == "persons":
        return PhraseIndex(_persons(), plurals)
    return PhraseIndex(triggers()["harmless"] if kind == "harmless" else _weights(), inflections)
