"""What the safety filter says of a prompt, and of each sample made from it.

The categories and the support codes are the service's (`schemas/tables`); the words, weights,
limits and rules are this fake's own, in `triggers.json`.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from imagen_fake import spec
from imagen_fake.call import Call, Verdict
from imagen_fake.errors import ApiError
from imagen_fake.forced import filtered

# No spaces part Chinese and Japanese words: there, and in Korean, each character is a token.
UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
# The vowel signs of Devanagari are no letters to `\w`.
SIGNED = r"\u0900-\u097f"
CONSONANT_Y = re.compile("[^aeiou]y$")
TOKEN = rf"[{UNSPACED}]|[{SIGNED}]+|[^\W_{UNSPACED}{SIGNED}]+"  # takes long to compile
ASCII = re.compile(r"[^\W_]+")
PIECE = re.compile(r"(?s).{1,1000}(?!\S)|.{1,1000}")
"""What is normalized at once: the time is quadratic in the accents on one letter."""

BLANK = "\0"

Words = tuple[str, ...]
Topics = Mapping[str, float]
"""How much a text speaks of something, in [0,1]; silent topics are left out."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Each phrase as it is listed, by its words; the longest's length, by its first word."""

    phrases: Mapping[Words, str]
    reach: Mapping[str, int]


def screen(call: Call) -> Call:
    """The call with its prompt's score in every category and a verdict on every sample.

    Scores are in [0,1] with one decimal. The same call always gets the same verdicts, and a
    stricter `safetySetting` never lets more through.

    Raises:
        ApiError: `prompt_sensitive` whatever the settings, `prompt_threshold` by `safetySetting`.
    """
    topics = {**score(call.prompt), **call.forced.get("score", {})}
    refuse(call, topics)
    categories = spec.table("safety_categories")["prompt"]["value"]
    scores = {category: topics.get(category, 0.0) for category in categories}
    return replace(call, scores=scores, verdicts=filtered(call, judge(call, topics)))


def score(text: str) -> Topics:
    """What a text speaks of: prompt categories and topics of `triggers.json`, in linear time."""
    tokens = _without_harmless(_tokens(text))
    found = dict.fromkeys(phrase for _, _, phrase in _spans(tokens, _listing("words")))
    missed: dict[str, float] = {}
    for phrase in found:
        for topic, weight in _weights()[phrase].items():
            missed[topic] = missed.get(topic, 1.0) * (1.0 - weight)
    return {topic: round(1.0 - rest, 1) for topic, rest in missed.items()}


def refuse(call: Call, topics: Topics) -> None:
    """Raise an `ApiError` if a rule, or the limit of `safetySetting`, refuses the prompt."""
    for rule in _rules("refuses", call, topics):
        raise _refusal(call, rule["refuses"], rule["codes"])
    for topic, category in triggers()["refusedAs"].items():
        if topics.get(topic, 0.0) >= _limits(call)["prompt"]:
            raise _refusal(call, "prompt_threshold", [[category, "input"]])


def _refusal(call: Call, error_id: str, kinds: Iterable[Sequence[str]]) -> ApiError:
    return ApiError(error_id, _codes(kinds), task=call.task, model=call.model.id)


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
    forced = call.forced.get("score", {})
    return [
        {
            name: forced.get(name, _shifted(level, offsets[turn % len(offsets)]))
            for name, level in levels.items()
        }
        for turn in range(first, first + call.parameters.get("sampleCount", 1))
    ]


def _shifted(level: float, offset: float) -> float:
    return round(min(max(level + offset, 0.0), 1.0), 1) if level else 0.0


def _limits(call: Call) -> Mapping[str, float]:
    """The lowest scores at which a prompt is refused and an image filtered."""
    level = call.parameters.get("safetySetting", triggers()["unsaid"])
    return cast("Mapping[str, float]", triggers()["levels"][level])


def _rules(outcome: str, call: Call, topics: Topics) -> Iterator[Any]:
    """The rules with that outcome that hold of the call, in their order."""
    return (rule for rule in triggers()["rules"] if outcome in rule and _holds(rule, call, topics))


def _holds(rule: Any, call: Call, topics: Topics) -> bool:
    found = {topic for topic, level in topics.items() if level >= triggers()["found"]}
    return (
        rule.get("approved", call.approved) == call.approved
        and all(not found.isdisjoint(either) for either in rule["topics"])
        and found.isdisjoint(rule.get("unless", ()))
        and all(
            call.parameters.get(name) in values for name, values in rule.get("when", {}).items()
        )
    )


def _codes(kinds: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The support codes of pairs such as `("Violence", "output")`."""
    categories = spec.table("support_codes")["categories"]
    return tuple(code for category, place in kinds for code in categories[category][place])


def _tokens(text: str) -> Words:
    if text.isascii():
        return tuple(ASCII.findall(text.lower()))
    pieces = (unicodedata.normalize("NFKC", piece) for piece in PIECE.findall(text))
    return tuple(re.findall(TOKEN, "".join(pieces).casefold()))


def _without_harmless(tokens: Words) -> Words:
    """The same number of tokens, those of harmless phrases blanked."""
    left = list(tokens)
    for start, end, _ in _spans(tokens, _listing("harmless")):
        left[start:end] = [BLANK] * (end - start)
    return tuple(left)


def _spans(tokens: Words, listing: Listing) -> Iterator[tuple[int, int, str]]:
    """Where listed phrases stand, from the left, the longest first, none over another."""
    start = 0
    while start < len(tokens):
        longest = min(start + listing.reach.get(tokens[start], 0), len(tokens))
        ends = (e for e in range(longest, start, -1) if tokens[start:e] in listing.phrases)
        end = next(ends, None)
        if end:
            yield start, end, listing.phrases[tokens[start:end]]
        start = end or start + 1


@cache
def _weights() -> Mapping[str, Topics]:
    """Every triggering phrase with its weight by topic."""
    weights: dict[str, dict[str, float]] = {}
    for topic, tiers in triggers()["words"].items():
        for weight, phrases in tiers.items():
            for phrase in phrases:
                weights.setdefault(phrase, {})[topic] = float(weight)
    return weights


@cache
def _listing(kind: str) -> Listing:
    """The `words` or the `harmless` phrases. A listed form goes before an inflection."""
    phrases = triggers()["harmless"] if kind == "harmless" else _weights()
    listed = {_tokens(phrase): phrase for phrase in phrases}
    bent = {form: phrase for words, phrase in listed.items() for form in _inflected(words)}
    known = {**bent, **listed}
    return Listing(known, {words[0]: len(words) for words in sorted(known, key=len)})


def _inflected(words: Words) -> Iterator[Words]:
    """A phrase with its last word in the plural and in -ed and -ing; English spelling only."""
    *front, last = words
    if last.isascii():
        stem = last.removesuffix("e")
        plural = f"{last[:-1]}ies" if CONSONANT_Y.search(last) else f"{last}s"
        for form in (plural, f"{stem}es", f"{stem}ed", f"{stem}ing"):
            yield (*front, form)
