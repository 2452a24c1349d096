"""The calls whose answers are compared."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from imagen_fake.imaging.files.codec import OTHER_FORMATS
from imagen_fake.imaging.prompt.vocabulary import vocabulary
from tests.pictures import file_of, media, product
from tests.workload import bodies, sent

Call = tuple[str, str, bytes]
"""A name, a model, a body."""

GENERATE = "imagen-4.0-generate-001"
RATIOS = ("1:1", "9:16", "16:9", "3:4", "4:3")
STRIDE = 7919
"""A prime: so many steps from a prompt to the next one."""


def generated(count: int) -> Iterator[Call]:
    """Calls with `count` prompts, spread over all icons, settings, moods and styles."""
    for number, prompt in enumerate(islice(prompts(), count)):
        ratio = RATIOS[number % len(RATIOS)]
        instance, parameters = {"prompt": prompt}, {"aspectRatio": ratio, "sampleCount": 1}
        yield _call(f"{prompt}, {ratio}", GENERATE, instance, parameters)


def prompts() -> Iterator[str]:
    """Prompts without end: what is in the picture, and where, when and how it is painted."""
    words = vocabulary().words
    subjects = [word for word, meaning in words.items() if meaning.icon]
    ways = [word for word, meaning in words.items() if meaning.setting or meaning.style]
    moods = [word for word, meaning in words.items() if meaning.mood]
    number = 0
    while True:
        number += STRIDE
        subject, way = subjects[number % len(subjects)], ways[number % len(ways)]
        mood = moods[number // 3 % len(moods)]
        yield f"{subject}, {way}, {mood}".replace("_", " ")


def written() -> Iterator[Call]:
    """Calls of every format and of the largest size."""
    instance = {"prompt": "a fox in a forest at dawn"}
    for kind in ("image/jpeg", *OTHER_FORMATS):
        parameters = {"outputOptions": {"mimeType": kind}, "sampleCount": 1}
        yield _call(kind, GENERATE, instance, parameters)
    yield _call("2K", GENERATE, instance, {"sampleImageSize": "2K", "sampleCount": 1})


def asked_of_pictures() -> Iterator[Call]:
    """Calls of every task that takes a picture, of pictures of several kinds."""
    for kind, size in (("PNG", (640, 480)), ("JPEG", (480, 640)), ("PNG", (333, 517))):
        for scene in (None, product(size, "teal")):
            _, mask = sent(*size)
            picture = media(file_of(scene, kind)) if scene else sent(*size)[0]
            for name, model, body in bodies(picture, mask, "a dog in the rain"):
                yield f"{name}, {kind} {size}", model, json.dumps(body).encode()


def _call(name: str, model: str, instance: Any, parameters: Any) -> Call:
    body = {"instances": [instance], "parameters": parameters}
    return name, model, json.dumps(body).encode()
