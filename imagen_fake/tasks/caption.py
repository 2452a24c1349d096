"""Captions of pictures."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL.Image import Image

from imagen_fake.imaging.files import imprint
from imagen_fake.imaging.vision.appearance import Appearance, appearance_of
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import load_picture
from imagen_fake.safety.screen import refuse, score_topics

BYTES_PER_PIXEL = 16


def render(call: Call) -> Sequence[Prediction]:
    """One sentence for each sample, the best first, in the call's language.

    Raises ApiError for a picture that cannot be read, or whose prompt is not to be spoken of.
    """
    image = load_picture(call, call.instance["image"])
    sentences = captions(image, imprinted_prompt(call, image), call.parameters["language"])
    return [Prediction({}, text=sentences[index]) for index in call.passing]


def imprinted_prompt(call: Call, image: Image) -> str | None:
    """The prompt in the imprint of a picture of this fake; None for other pictures.

    Raises ApiError where the safety filter refuses that prompt.
    """
    message = imprint.extract(image)
    if not message:
        return None
    refuse(call, score_topics(message.text))
    return " ".join(message.text.split())


def captions(image: Image, prompt: str | None, language: str) -> list[str]:
    """Three captions, the best first; of the prompt if it is known.

    Those of other pictures name size, brightness, shape and main colours.
    """
    speech = sentences()[language]
    if prompt:
        return [sentence.format(prompt=prompt) for sentence in speech["told"]]
    words = _words(appearance_of(image), speech)
    return [sentence.format_map(words) for sentence in speech["seen"]]


@cache
def sentences() -> Any:
    """The parsed `captions.json`: what is said, by language."""
    return json.loads(Path(__file__).with_name("captions.json").read_bytes())


def _words(appearance: Appearance, speech: Any) -> Mapping[str, Any]:
    colours = [speech["colours"][colour] for colour in appearance.colours[:2]]
    return {
        "picture": speech["picture"][appearance.light],
        "shape": speech["shape"][appearance.shape],
        "colours": speech["and"].join(colours),
        "first": colours[0],
        "width": appearance.width,
        "height": appearance.height,
    }
