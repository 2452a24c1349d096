"""Answers to questions about a picture, in a few words of English.

Understood, and answered right, are questions for

- the colours: "what colour is it?", "which colors are there?", "how many colours?"
- the size: "what size is it?", "how many pixels?", "how wide is it?", "what is the height?"
- the light and the shape: "how bright is it?", "what shape is it?"
- yes or no: "is it dark?", "is there red in it?", "is it mostly blue?", "is it black and white?",
  "is it square?", "is it wider than high?", "is it 1024 pixels wide?"; of a picture that this fake
  made also what it was asked for: "is there a cat?"
- what it shows: "what is this?", "what can be seen?", "describe the picture".

They may be put politely: "could you tell me how wide it is?". Anything else gets a plausible
answer, the same one to the same question about the same picture.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL.Image import Image, Resampling

from imagen_fake.imaging.vision.appearance import COLOURS, Appearance, appearance_of, compare
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import load_picture
from imagen_fake.tasks.caption import captions, imprinted_prompt

BYTES_PER_PIXEL = 16

GREYS = {"black", "white", "grey"}
COLOURFUL = {"color", "colour", "colorful", "colourful", "colors", "colours"}

SIDE = 8
"""A guess looks no closer at a picture than at so many pixels a side."""

POLITE = re.compile(
    r"^\W*(please\W+)?"
    r"((can|could|would|will|do) you\W+(please\W+)?(?=(tell|say|name|describe|caption|know)\b))?"
    r"((tell me|say|know)\b\W*)?"
)
"""What may stand before a question, and asks for nothing."""

COMPARISON = re.compile(r"(?s)\bthan\b.*?(?=\band\b|,|$)")
"""What something is compared with."""


@dataclass(frozen=True, slots=True)
class Question:
    """A normalized question about a picture, the picture's appearance, and its prompt if known."""

    text: str
    image: Image
    appearance: Appearance
    prompt: str | None

    @property
    def words(self) -> set[str]:
        """The words of the question, by synonym; not those of a comparison."""
        synonyms = sentences()["named"]
        return {synonyms.get(word, word) for word in _words(COMPARISON.sub("", self.text))}


def render(call: Call) -> Sequence[Prediction]:
    """One short answer for each sample, the best first: lower case, without a full stop.

    Raises ApiError for a picture that cannot be read, or whose prompt is not to be spoken of.
    """
    image = load_picture(call, call.instance["image"])
    question = Question(
        normalize(call.prompt), image, appearance_of(image), imprinted_prompt(call, image)
    )
    reply_text = answer(question)
    variants = sentences()["variants"]
    return [
        Prediction({}, text=variants[index].format(answer=reply_text)) for index in call.passing
    ]


def normalize(text: str) -> str:
    """A question in lower case, with straight apostrophes, without polite openings."""
    straight = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return POLITE.sub("", straight)


def answer(question: Question) -> str:
    """The answer by the first of `KINDS` that matches, else a guess."""
    for pattern, reply in KINDS:
        if re.search(pattern, question.text):
            return reply(question)
    return guess(question)


def name_colour(question: Question) -> str:
    """The main colour, or two if several are asked for."""
    several = not question.words.isdisjoint(("colours", "colors"))
    return " and ".join(question.appearance.colours[: 2 if several else 1])


def measure(question: Question) -> str:
    """Width, height, number of pixels, or width and height."""
    appearance = question.appearance
    width = re.search(r"\b(wide|width)\b", question.text)
    height = re.search(r"\b(tall|high|height)\b", question.text)
    if width and not height:
        return f"{appearance.width} pixels"
    if height and not width:
        return f"{appearance.height} pixels"
    if "how many" in question.text and not height:
        return str(appearance.width * appearance.height)
    return f"{appearance.width} x {appearance.height} pixels"


def confirm(question: Question) -> str:
    """Yes or no: whether all that is claimed is true; by chance if nothing is."""
    things = _singular(question.words - set(sentences()["idle"]))
    if claims := [*_claims(question)]:
        holds = any(claims) if "or" in question.words else all(claims)
    elif question.prompt and things:
        holds = not things.isdisjoint(_singular(_words(question.prompt.casefold())))
    else:
        holds = bool(_hash(question) % 2)
    return "yes" if holds else "no"


def describe(question: Question) -> str:
    """The caption of the picture."""
    return captions(question.image, question.prompt, "en")[0].lower()


def guess(question: Question) -> str:
    """A plausible answer to how the question opens."""
    guesses = sentences()["guesses"]
    opening = next(words for words in guesses if question.text.strip().startswith(words))
    return str(guesses[opening][_hash(question) % len(guesses[opening])])


KINDS: Sequence[tuple[str, Callable[[Question], str]]] = (
    (r"^\W*(is|are|was|were|does|do|did|has|have|can|could|would|if|whether)(n't)?\b", confirm),
    (r"\bhow many( \w+)? colou?rs\b", lambda question: str(len(question.appearance.colours))),
    (r"\bcolou?rs?\b", name_colour),
    (r"\b(what|which) size\b|\bhow (big|large|wide|tall|high)\b|\bhow many pixels\b", measure),
    (r"\b(size|width|height|dimensions|resolution|ratio)\b", measure),
    (r"\bhow (dark|bright|light)\b|\bbrightness\b", lambda question: question.appearance.light),
    (r"\bshape\b|\borientation\b", lambda question: question.appearance.shape),
    (r"^\W*(describe|caption|about|what objects|which objects)\b", describe),
    (r"^\W*what('s| is| are) (this|that|it|in|on|shown|depicted|visible|happening)\b", describe),
    (r"^\W*what('s| is) the (image|photo|picture|poster) (about|of|showing)\b", describe),
    (r"^\W*what (this|that|it) (is|shows)\b", describe),
    (r"\bwhat (does|do|can) .{0,60}\b(show|see|seen|depict|contain)\b", describe),
)
"""A pattern of questions, and what replies to them."""


@cache
def sentences() -> Any:
    """The parsed `answers.json`."""
    return json.loads(Path(__file__).with_name("answers.json").read_bytes())


def _claims(question: Question) -> Iterator[bool]:
    """The truth of each claim about sides, brightness, shape and colours."""
    words, appearance = question.words, question.appearance
    comparison = compare(question.text, appearance)
    if comparison is not None:
        yield comparison
        words = words - {"wide", "tall"}
    if words & COLOURFUL and not words & set(COLOURS):
        yield not GREYS.issuperset(appearance.colours)
    if {"black", "white"} <= words:
        yield GREYS.issuperset(appearance.colours)
        words = words - {"black", "white"}
    yield from (word == appearance.light for word in words & {"dark", "bright"})
    yield from (word == appearance.shape for word in words & {"square", "wide", "tall"})
    colours = appearance.colours[:1] if "mostly" in words else appearance.colours
    yield from (word in colours for word in words & set(COLOURS))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _singular(words: Iterable[str]) -> set[str]:
    """Words, each also without its plural s."""
    return {form for word in words for form in (word, word.removesuffix("s"))}


def _hash(question: Question) -> int:
    """A number from the question and a coarse copy of the picture."""
    sight = question.image.convert("L").resize((SIDE, SIDE), Resampling.BOX).tobytes()
    coarse = bytes(level // 64 for level in sight)
    return int.from_bytes(sha256(question.text.encode("utf-8", "replace") + coarse).digest()[:4])
