"""Pictures of few pixels: every task in every mode takes them, or refuses them in words."""

import json
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.exchange import Case
from imagen_fake.pipeline.errors import ApiError
from tests.calls import predict
from tests.conftest import target
from tests.pictures import Size, media
from tests.sweep import sweep

SMALL: list[Size] = [(1, 1), (5, 17), (300, 24), (1, 200)]
OTHERS: list[Size] = [(17, 5), (24, 300), (45, 45), (200, 1), (1, 9000), (9000, 1)]


def choices(node: Any) -> Iterator[str]:
    """Every text that chooses something, by where it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and ("_" in value or key.lower().endswith(("mode", "type"))):
                yield f"{key}={value[:40]}"
            yield from choices(value)
    for child in node if isinstance(node, list) else ():
        yield from choices(child)


@cache
def pictured(task: str) -> dict[str, Case]:
    """A case for each mode of a task in which a picture is sent."""
    asked = (case for case in cases(task=task) if not case.violation and case.surface == "vertex")
    with_picture = (case for case in asked if "bytesBase64Encoded" in json.dumps(case.body))
    return {str(sorted(set(choices(case.body)))): case for case in with_picture}


def last(task: str) -> Case:
    return [*pictured(task).values()][-1]


TASKS = [
    file.stem
    for file in sorted((spec.ROOT / "tasks").iterdir())
    if "media" in spec.task_schema(file.stem)["$defs"]
]


def of_size(node: Any, size: Size) -> Any:
    """A body with a picture of that size in place of each of its pictures."""
    if isinstance(node, list):
        return [of_size(child, size) for child in node]
    if not isinstance(node, dict):
        return node
    if "bytesBase64Encoded" in node:
        picture = Image.new("RGB", size, "tomato")
        picture.paste((255, 255, 255), (size[0] // 3, 0, size[0] * 2 // 3 + 1, size[1]))
        return media(picture)
    return {key: 1 if key == "sampleCount" else of_size(child, size) for key, child in node.items()}


def answered(case: Case, size: Size) -> bool:
    """Whether pictures of that size are taken; a refusal, or that nothing was found, are, too."""
    body = json.dumps(of_size(case.body, size)).encode()
    try:
        return predict(target(case.model), body, Config()).status == 200
    except ApiError as error:
        return bool(error.id)


@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize("task", TASKS)
def test_every_mode_takes_small_and_thin_pictures_or_says_why_not(task: str, size: Size) -> None:
    @sweep(("mode", "case"), pictured(task).items(), ids=itemgetter(0))
    def is_taken(mode: str, case: Case) -> None:
        assert answered(case, size), mode

    is_taken()


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("size", OTHERS)
def test_every_task_takes_the_other_thin_pictures_or_says_why_not(task: str, size: Size) -> None:
    assert answered(last(task), size)


@given(task=st.sampled_from(TASKS), width=st.integers(1, 64), height=st.integers(1, 64))
@settings(deadline=None)
def test_every_task_takes_every_small_picture_or_says_why_not(
    task: str, width: int, height: int
) -> None:
    assert answered(last(task), (width, height))
