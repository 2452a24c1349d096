"""A body of every kind that takes pictures, all of one size."""

from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from tests.pictures import file_of, gradient, media, rectangle_mask

CAPABILITY = "imagen-3.0-capability-001"
LEGACY = "imagegeneration@006"
SEGMENTS = "image-segmentation-001"
WORDS = "imagetext@001"

Media = Mapping[str, str]
Asked = tuple[str, str, Any]
"""A name, a model, a body."""


def sent(width: int, height: int, scene: Image.Image | None = None) -> tuple[Media, Media]:
    """A picture of that size, and a mask that covers a quarter of it."""
    mask = rectangle_mask((width, height), (width // 4, height // 4, width // 2, height // 2))
    return media(file_of(scene or gradient((width, height)))), media(file_of(mask))


def bodies(picture: Media, mask: Media, prompt: str = "a red apple") -> Iterator[Asked]:
    """What every task that takes pictures may be asked of one, in each of its modes."""
    yield from (_edit(*kind, picture, mask, prompt) for kind in EDITS)
    yield from (_customized(*kind, picture, prompt) for kind in REFERENCES.items())
    yield from _legacy(picture, mask, prompt)
    yield from (_segmented(mode, picture, mask) for mode in MODES)
    yield _body("upscale", "imagen-4.0-upscale-preview", {"image": picture}, mode="upscale",
                upscaleConfig={"upscaleFactor": "x2"})  # fmt: skip
    products = {"productImages": [{"image": picture}]}
    yield _body(
        "recontext", "imagen-product-recontext-preview-06-30", {"prompt": prompt} | products
    )
    yield _body("try_on", "virtual-try-on-001", {"personImage": {"image": picture}} | products)
    yield _body("caption", WORDS, {"image": picture})
    yield _body("answer", WORDS, {"image": picture, "prompt": "what colour is it?"})
    yield _body("verify", "imageverification@001", {"image": picture})


EDITS = (
    ("INPAINT_INSERTION", "USER_PROVIDED"),
    ("INPAINT_REMOVAL", "USER_PROVIDED"),
    ("OUTPAINT", "USER_PROVIDED"),
    ("BGSWAP", "BACKGROUND"),
    ("INPAINT_INSERTION", "FOREGROUND"),
    ("INPAINT_INSERTION", "SEMANTIC"),
)
REFERENCES: Mapping[str, Any] = {
    "RAW": {},
    "STYLE": {},
    "CONTENT": {},
    "SUBJECT": {"subjectImageConfig": {"subjectDescription": "bottle"}},
    "CONTROL": {"controlImageConfig": {"controlType": "CONTROL_TYPE_CANNY",
                                       "enableControlImageComputation": True}},
}  # fmt: skip
MODES = ("foreground", "background", "prompt", "semantic", "interactive")


def _body(name: str, model: str, instance: Any, **parameters: Any) -> Asked:
    return name, model, {"instances": [instance], "parameters": parameters}


def _reference(kind: str, number: int, picture: Media, **config: Any) -> dict[str, Any]:
    named = {"referenceType": f"REFERENCE_TYPE_{kind}", "referenceId": number}
    return {**named, "referenceImage": picture, **config}


def _edit(mode: str, masked: str, picture: Media, mask: Media, prompt: str) -> Asked:
    config = {"maskMode": f"MASK_MODE_{masked}", "dilation": 0.01, "maskClasses": [7]}
    covered = _reference("MASK", 2, mask, maskImageConfig=config)
    if masked != "USER_PROVIDED":
        del covered["referenceImage"]
    instance = {"prompt": prompt, "referenceImages": [_reference("RAW", 1, picture), covered]}
    name = f"edit {mode} {masked}"
    return _body(name, CAPABILITY, instance, editMode=f"EDIT_MODE_{mode}", sampleCount=1)


def _customized(kind: str, config: Any, picture: Media, prompt: str) -> Asked:
    instance = {"prompt": f"{prompt} [1]",
                "referenceImages": [_reference(kind, 1, picture, **config)]}  # fmt: skip
    return _body(f"customize {kind}", CAPABILITY, instance, sampleCount=1)


def _legacy(picture: Media, mask: Media, prompt: str) -> Iterator[Asked]:
    instance = {"prompt": prompt, "image": picture}
    product = {"editMode": "product-image"}
    yield _body("legacy_edit product", LEGACY, instance, editConfig=product, sampleCount=1)
    masked = {**instance, "mask": {"image": mask}}
    yield _body("legacy_edit mask", LEGACY, masked, sampleCount=1)
    yield _body("legacy_edit free", "imagegeneration@002", instance, sampleCount=1)


def _segmented(mode: str, picture: Media, mask: Media) -> Asked:
    instance: dict[str, Any] = {"image": picture}
    if mode in ("prompt", "semantic"):
        instance["prompt"] = "cat" if mode == "semantic" else "the cat"
    if mode == "interactive":
        instance["scribble"] = {"image": mask}
    return _body(f"segment {mode}", SEGMENTS, instance, mode=mode)
