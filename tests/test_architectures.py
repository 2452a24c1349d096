import json
import sys
from itertools import islice

from PIL import Image

from imagen_fake import spec
from tests.architectures.__main__ import answered, difference
from tests.architectures.answering import answer
from tests.architectures.calls import asked_of_pictures, generated, prompts, written
from tests.pictures import media


def test_five_hundred_prompts_are_all_different() -> None:
    assert len(set(islice(prompts(), 500))) == 500


def test_every_task_is_asked() -> None:
    named = {model for _, model, _ in asked_of_pictures()}
    asked = {task for name in named if (model := spec.model(name)) for task in model.tasks}
    assert asked == {file.stem for file in (spec.ROOT / "tasks").iterdir()}


def test_another_python_answers_as_this_one_does() -> None:
    calls = [*generated(1), next(written())]
    answers = list(answered([sys.executable], calls))
    assert [name for name, _, _ in answers] == [name for name, _, _ in calls]
    assert all(here == there == answer(*call[1:]).replace(b"\n", b" ")
               for call, (_, here, there) in zip(calls, answers, strict=True))  # fmt: skip


def test_a_pixel_that_differs_is_named_with_its_place() -> None:
    plain = Image.new("RGB", (9, 9))
    other = plain.copy()
    other.putpixel((3, 5), (0, 0, 1))
    here, there = (json.dumps({"predictions": [media(one)]}).encode() for one in (plain, other))
    assert difference(here, there) == "1 pixels in (3, 5, 4, 6)"


def test_other_errors_are_shown_as_they_are() -> None:
    assert difference(b"no such model", b"quota") == "here b'no such model', there b'quota'"
