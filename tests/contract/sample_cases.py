"""Cases by hand: one of each kind that the contract kit has to tell right from wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from imagen_fake.contract.bodies.malformed_json import malformed_json_cases
from imagen_fake.contract.checks.runner import run_checks
from imagen_fake.contract.exchange import Case, Difference, Exchange, Response, Violation
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.pictures import gradient, media, person, product, rectangle_mask

IMAGEN_4 = "imagen-4.0-generate-001"
IMAGEN_3 = "imagen-3.0-generate-002"
EDITING = "imagen-3.0-capability-001"
MASKED = (64, 64, 192, 192)


def generate_case(
    name: str = "pictures",
    model: str = IMAGEN_4,
    prompt: Any = "a red apple",
    surface: str = "vertex",
    violation: Violation | None = None,
    **parameters: Any,
) -> Case:
    """A case of generating pictures."""
    body = {"instances": [{"prompt": prompt}], "parameters": parameters}
    return Case(name, surface, model, "generate", body, violation)


def picture_case(
    name: str, model: str, task: str, instance: Mapping[str, Any], **parameters: Any
) -> Case:
    """A case with a picture."""
    body = {"instances": [instance], "parameters": parameters}
    return Case(name, "vertex", model, task, body)


TOO_MANY = generate_case(
    "five pictures", violation=Violation("maximum", "sampleCount", "sample_count"), sampleCount=5
)
PLAIN = generate_case(sampleCount=2, addWatermark=False, seed=7)
SCORED = generate_case("scored", sampleCount=1, includeSafetyAttributes=True)
FILTERED = generate_case(
    "filtered", prompt="a bloody knife fight", safetySetting="block_low_and_above", sampleCount=4
)


def raw_reference(size: tuple[int, int] = (256, 256)) -> Mapping[str, Any]:
    """A reference picture to be edited."""
    return {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1,
            "referenceImage": media(gradient(size))}  # fmt: skip


def edit_case(**parameters: Any) -> Case:
    """An edit with a mask that the caller drew."""
    mask = {
        "referenceType": "REFERENCE_TYPE_MASK",
        "referenceId": 2,
        "referenceImage": media(rectangle_mask((256, 256), MASKED)),
        "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED", "dilation": 0},
    }
    instance = {"prompt": "a red ball", "referenceImages": [raw_reference(), mask]}
    asked = {"editMode": "EDIT_MODE_INPAINT_INSERTION", "sampleCount": 1, **parameters}
    return picture_case("edit", EDITING, "edit", instance, **asked)


def upscale_case(factor: str = "x2") -> Case:
    """A small picture, larger."""
    return picture_case(
        "upscale", "imagen-4.0-upscale-preview", "upscale",
        {"prompt": "", "image": media(gradient((96, 64)))},
        mode="upscale", upscaleConfig={"upscaleFactor": factor},
    )  # fmt: skip


def picture_cases() -> Sequence[Case]:
    """One case for each task that is given a picture."""
    shot, covered = media(product((200, 160))), media(rectangle_mask((200, 160), (40, 40, 90, 90)))
    return [
        edit_case(),
        upscale_case(),
        picture_case("customize", EDITING, "customize",
                 {"prompt": "a dog [1]", "referenceImages": [raw_reference()]}, sampleCount=1),
        picture_case("legacy edit", "imagegeneration@006", "legacy_edit",
                 {"prompt": "a boat", "image": shot, "mask": {"image": covered}}, sampleCount=1),
        picture_case("recontext", "imagen-product-recontext-preview-06-30", "recontext",
                 {"productImages": [{"image": shot}]}, sampleCount=1),
        picture_case("try on", "virtual-try-on-001", "try_on",
                 {"personImage": {"image": media(person())}, "productImages": [{"image": shot}]}),
        picture_case("segment", "image-segmentation-001", "segment", {"image": shot}),
        picture_case("segment by prompt", "image-segmentation-001", "segment",
                 {"image": shot, "prompt": "the disc"}, mode="prompt", maxPredictions=2),
        picture_case("caption", "imagetext@001", "caption", {"image": shot}, sampleCount=3),
        picture_case("answer", "imagetext@001", "answer",
                 {"image": shot, "prompt": "what is this"}, sampleCount=2),
        picture_case("verify", "imageverification@001", "verify", {"image": shot}),
    ]  # fmt: skip


def prompt_cases() -> Sequence[Case]:
    """Cases of generating pictures, and of its refusals."""
    return [
        PLAIN,
        SCORED,
        FILTERED,
        TOO_MANY,
        generate_case("reasons not asked for", IMAGEN_3, "a bloody knife fight",
                   safetySetting="block_low_and_above"),
        generate_case("2K", sampleCount=1, sampleImageSize="2K", aspectRatio="3:4"),
        generate_case("JPEG", IMAGEN_3, sampleCount=1, outputOptions={"mimeType": "image/jpeg"}),
        generate_case("icon", IMAGEN_3, sampleCount=1, aspectRatio="16:9",
                   outputOptions={"mimeType": "image/vnd.microsoft.icon"}),
        generate_case("square alone", "imagegeneration@002", sampleCount=1),
        generate_case("Gemini", surface="gemini", sampleCount=1),
        generate_case("Gemini seed", surface="gemini", seed=1,
                   violation=Violation("not", "seed", "gemini_not_supported")),
        generate_case("ratio", aspectRatio="5:4",
                   violation=Violation("enum", "aspectRatio", "aspect_ratio")),
        generate_case("seed", seed=7, violation=Violation("not", "seed", "seed_with_watermark")),
        generate_case("no prompt", prompt=None,
                   violation=Violation("required", "prompt", "prompt_missing")),
        generate_case("a number", prompt=7,
                   violation=Violation("type", "prompt", "prompt_not_string")),
        generate_case("a language", language="tlh",
                   violation=Violation("enum", "language", "keyword_enum")),
        generate_case("none", sampleCount=0,
                   violation=Violation("minimum", "sampleCount", "sample_count")),
        generate_case("last seed", sampleCount=1, seed=4294967295, addWatermark=False),
        generate_case("best quality", IMAGEN_3, sampleCount=1, outputOptions={
                   "mimeType": "image/jpeg", "compressionQuality": 100}),
        generate_case("long", prompt="apple " * 481,
                   violation=Violation("x-max-tokens", "prompt", "prompt_too_long")),
        Case("unknown field", "vertex", IMAGEN_4, "generate",
             {"instances": [{"prompt": "x"}], "extra": 1},
             Violation("additionalProperties", "extra", "unknown_field")),
        generate_case("Gemini filtered", prompt="a bloody knife fight", surface="gemini"),
        generate_case("nothing is said"),
        generate_case("upright", sampleCount=1, aspectRatio="3:4"),
        generate_case("restricted", personGeneration="allow_all",
                   violation=Violation("x-restricted", "personGeneration",
                                 "person_generation_allow_all")),
        generate_case("text for a flag", addWatermark="yes",
                   violation=Violation("type", "addWatermark", "keyword_type")),
        Case("OpenAI", "openai", IMAGEN_4, "generate",
             {"prompt": "a red apple", "n": 1, "response_format": "b64_json"}),
        Case("AI/ML API", "aiml", IMAGEN_3, "generate",
             {"model": IMAGEN_3, "prompt": "a fox", "convert_base64_to_url": False}),
        next(malformed_json_cases()),
        Case("too many for OpenAI", "openai", IMAGEN_4, "generate", {"prompt": "a fox", "n": 9},
             Violation("maximum", "n", "images_range")),
    ]  # fmt: skip


@cache
def fake() -> InProcessTarget:
    """The true fake, asked in process."""
    return InProcessTarget()


def ask(case: Case, target: InProcessTarget | None = None) -> Exchange:
    """A case, and what comes back."""
    asked = target or fake()
    request = asked.request(case)
    return Exchange(case, request, asked.ask(request))


@cache
def true_exchange(name: str) -> Exchange:
    """What the fake says to the case of that name."""
    return ask(next(case for case in [*prompt_cases(), *picture_cases()] if case.name == name))


def differences(exchange: Exchange) -> Sequence[Difference]:
    """All that is wrong with an exchange with the fake."""
    return run_checks(exchange, inside=True)


def blames(exchange: Exchange, check: str, pointer: str) -> bool:
    """Whether a check reports what is wrong, and names the fact of that pointer."""
    reported = {(one.check, one.fact.pointer) for one in differences(exchange)}
    return any(name == check and pointer in named for name, named in reported)


def with_response(exchange: Exchange, status: int, body: bytes) -> Exchange:
    """The same exchange with another answer; its headers stay."""
    response = Response(status, exchange.response.headers, body)
    return Exchange(exchange.case, exchange.request, response)


Change = Callable[[list[Any]], Any]
"""What is done to the elements of an answer."""


def with_elements(
    name: str, change: Change, around: Callable[[Any], Any] = lambda body: body
) -> Exchange:
    """The true answer of a case with its elements changed in place, then the whole body."""
    exchange = true_exchange(name)
    body = json.loads(exchange.response.body)
    change(body.get("predictions", body.get("data")))
    return with_response(exchange, 200, json.dumps(around(body)).encode())


def set_field(key: str, value: Any, index: int = 0) -> Change:
    """Write a field of an element."""
    return lambda elements: elements[index].update({key: value})


def remove_element(index: int) -> Change:
    """Take an element away."""
    return lambda elements: elements.pop(index)


def keep_elements(_: list[Any]) -> None:
    """Leave the elements."""


@dataclass
class Altered:
    """Asks the fake for another case than the one given."""

    change: Callable[[Case], Case]

    def __call__(self, case: Case) -> Exchange:
        return replace(ask(self.change(case)), case=case)

    def together(self, cases: Sequence[Case]) -> list[Exchange]:
        return [self(case) for case in cases]
