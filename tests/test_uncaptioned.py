"""Pictures without captions, asked for by a setting or a directive, in every task."""

import copy
from typing import Any

from imagen_fake.config import Config
from tests.conftest import ask, opened
from tests.imaging.files.test_imprint import text_of
from tests.sweep import sweep
from tests.workload import Asked, bodies, sent

OFF = Config(caption="off")
PROMPT = "a dog in the city"
MODEL = "imagen-3.0-generate-002"
SIZE = (512, 384)


def asked() -> dict[str, Asked]:
    """A body of every kind that takes pictures, of one without a caption."""
    [prediction] = ask(MODEL, prompt=PROMPT, sampleCount=1, aspectRatio="4:3", config=OFF)
    scene = opened(prediction).convert("RGB").resize(SIZE)
    return {name: (name, model, body) for name, model, body in bodies(*sent(*SIZE, scene))}


ASKED = asked()
LETTERED = [name for name in ASKED if name.startswith(("edit", "legacy", "customize"))]


def directed(body: Any, directive: str) -> Any:
    """The same body, with a directive in its prompt."""
    body = copy.deepcopy(body)
    body["instances"][0]["prompt"] = f"{body['instances'][0].get('prompt', '')} [fake: {directive}]"
    return body


def test_a_setting_and_a_directive_ask_for_the_same_picture() -> None:
    bare = ask(MODEL, prompt=PROMPT, config=OFF)
    assert ask(MODEL, prompt=f"{PROMPT} [fake: caption=off]") == bare
    assert ask(MODEL, prompt=f"{PROMPT} [fake: caption=on]", config=OFF) == ask(
        MODEL, prompt=PROMPT
    )
    assert ask(MODEL, prompt=PROMPT) != bare


@sweep("name", LETTERED)
def test_in_every_task_that_letters_both_do_the_same(name: str) -> None:
    _, model, body = ASKED[name]
    by_directive = ask(model, body=directed(body, "caption=off"))
    assert ask(model, body=body, config=OFF) == by_directive


@sweep("name", ASKED)
def test_every_task_takes_a_picture_without_a_caption(name: str) -> None:
    _, model, body = ASKED[name]
    first = ask(model, body=body, config=OFF)
    assert first
    assert first == ask(model, body=body, config=OFF)


def test_imagetext_speaks_of_the_prompt_of_a_picture_without_a_caption() -> None:
    [prediction] = ask(MODEL, prompt=PROMPT, sampleCount=1, config=OFF)
    assert text_of(opened(prediction)) == PROMPT
    image = {"bytesBase64Encoded": prediction["bytesBase64Encoded"]}
    [sentence] = ask("imagetext@001", body={"instances": [{"image": image}], "parameters": {}})
    assert PROMPT in str(sentence)


def test_the_watermark_is_found_in_a_picture_without_a_caption() -> None:
    [prediction] = ask(MODEL, prompt=PROMPT, sampleCount=1, config=OFF)
    body = {"instances": [{"image": {"bytesBase64Encoded": prediction["bytesBase64Encoded"]}}]}
    assert ask("imageverification@001", body=body) == [{"decision": "ACCEPT"}]
