"""The rows about pictures that are sent."""

import io
import json
from collections.abc import Callable, Iterator
from itertools import count, repeat
from typing import Any

from PIL import Image

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.imaging.files.codec import png
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.predict import Target
from tests.bench import memory, requests
from tests.bench.compare import Side, durations, rates
from tests.bench.load import Address, Lane, WrongAnswerError, drive
from tests.bench.plan import Plan
from tests.bench.servers import FAKE, bare, started
from tests.bench.table import Figure
from tests.calls import predict
from tests.http import call

EDITS = "imagen-3.0-capability-002"
UPSCALES = "imagen-4.0-upscale-preview"
SEGMENTS = "image-segmentation-001"
LARGE = 10_000_000
LARGEST = 20_000_000
"""Bytes of large pictures."""


def mask_edit(plan: Plan) -> Iterator[Figure]:
    """An insertion in a quarter of 1024x1024 pixels: how many times a plain generate of it."""
    raw, mask = png(poster()), square_mask(1024)
    edits = (unmarked(raw, mask, f"a red apple, number {n}") for n in count())
    with started(FAKE, requests.HEALTH) as fake:
        ratio = rates(
            Side(fake, Lane(requests.unseen())), Side(fake, Lane(edits)), plan.rounds, plan.seconds
        )
    yield Figure(
        "mask edit of 1024x1024 by a generate",
        ratio.value,
        "x",
        2.5,
        detail=f"{1000 / ratio.baseline:.1f} ms, generate {1000 / ratio.fake:.1f} ms",
    )


def upscale(plan: Plan) -> Iterator[Figure]:
    """An upscale of 1024 to 2048: how many times Pillow's own decode, Lanczos and encode."""
    data = png(poster())
    body = {
        "instances": [{"image": requests.media(data)}],
        "parameters": {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}},
    }

    def pillow() -> None:
        image = Image.open(io.BytesIO(data)).convert("RGB")
        larger = image.resize((2048, 2048), Image.Resampling.LANCZOS)
        larger.save(io.BytesIO(), "PNG", compress_level=1)

    yield by_pillow(plan, "upscale of 1024 to 2048", (UPSCALES, body), pillow, 1.5)


def segmentation(plan: Plan) -> Iterator[Figure]:
    """A foreground mask of 1024x1024: how many times Pillow's own decode and encode."""
    data = png(poster())
    body = {"instances": [{"image": requests.media(data)}], "parameters": {"mode": "foreground"}}

    def pillow() -> None:
        image = Image.open(io.BytesIO(data)).convert("RGB")
        image.save(io.BytesIO(), "PNG", compress_level=1)

    yield by_pillow(plan, "segmentation of 1024x1024", (SEGMENTS, body), pillow, 2)


def large_upload(plan: Plan) -> Iterator[Figure]:
    """An edit of a large BMP: by what a bare server takes to receive it, and what others wait."""
    side = int((LARGE / 3) ** 0.5)
    body = requests.edit(photo(side), square_mask(side), "a red apple")
    options = {"mimeType": "image/jpeg", "compressionQuality": 80}
    body["parameters"] |= {"outputOptions": options, "addWatermark": False}
    edits = called(body)
    with started(FAKE, requests.HEALTH) as fake, started(bare(5), requests.CONSTANT) as plain:
        received = requests.post(requests.RECEIVED, body)
        ratio = rates(
            Side(plain, Lane(repeat(received))),
            Side(fake, Lane(repeat(edits))),
            plan.rounds,
            plan.seconds,
        )
        health = Lane(repeat(requests.HEALTH), pause=0.001)
        _, asked = drive(fake.address, [Lane(repeat(edits)), health], plan.seconds)
    yield Figure(
        "edit of a 10 MB picture by receiving it",
        ratio.value,
        "x",
        4,
        detail=f"{1000 / ratio.baseline:.0f} ms, bare server {1000 / ratio.fake:.0f} ms",
    )
    yield Figure(
        "health beside such edits, longest",
        max(asked.latencies) * 1000,
        " ms",
        15,
        detail=f"{len(asked.latencies)} asked",
    )


def upload_memory(plan: Plan) -> Iterator[Figure]:  # noqa: ARG001
    """How much more memory a picture of 20 MB takes while it is validated, by its size."""
    side = int((LARGEST / 3) ** 0.5)
    data = noise(side)
    used = None
    if memory.readable():
        with started(FAKE, requests.HEALTH) as fake:
            refuse(fake.address, noise(16))  # what the task is made of is loaded
            before = memory.resident(fake.pid)
            refuse(fake.address, data)
            used = (memory.peak(fake.pid) - before) / len(data)
    yield Figure("memory for a 20 MB picture by its size", used, "x", 4)


def refuse(address: Address, picture: bytes) -> None:
    """Send a picture that is looked at, and refused for its mask."""
    body = requests.edit(picture, b"no picture", "a mask that is none")
    reply = call("http://{}:{}".format(*address), requests.path_of(EDITS), body)
    if reply.status != 400:
        raise WrongAnswerError(f"{reply.status} for a mask that is no picture")


def by_pillow(
    plan: Plan, name: str, asked: tuple[str, Any], pillow: Callable[[], None], target: float
) -> Figure:
    """How many times what Pillow takes for the same, both in this process."""
    model, body = asked
    raw = json.dumps(body).encode()
    resource = f"projects/p/locations/us-central1/publishers/google/models/{model}"
    to = Target(spec.surface("vertex"), resource)
    ratio = durations(
        lambda: predict(to, raw, Config()), pillow, plan.rounds, plan.seconds / plan.rounds
    )
    detail = f"{ratio.fake * 1000:.1f} ms, Pillow {ratio.baseline * 1000:.1f} ms"
    return Figure(f"{name} by Pillow", ratio.value, "x", target, detail=detail)


def unmarked(raw: bytes, mask: bytes, prompt: str) -> bytes:
    """The request that asks for an edit as Google's clients do: without a watermark."""
    body = requests.edit(raw, mask, prompt)
    body["parameters"]["addWatermark"] = False
    return called(body)


def called(body: Any) -> bytes:
    """The request that asks for an edit."""
    return requests.post(requests.path_of(EDITS), body)


def poster() -> Image.Image:
    """A picture of 1024x1024 pixels as the fake makes them."""
    return paint(Sketch("a lighthouse by the sea", "benchmark", (1024, 1024), bytes(32)))


def photo(side: int) -> bytes:
    """A soft square picture as a BMP: 3 bytes a pixel."""
    bands = [Image.effect_noise((side // 16, side // 16), 90) for _ in range(3)]
    written = io.BytesIO()
    Image.merge("RGB", bands).resize((side, side)).save(written, "BMP")
    return written.getvalue()


def noise(side: int) -> bytes:
    """A square picture as a PNG that nothing can compress: 3 bytes a pixel."""
    bands = [Image.effect_noise((side, side), 90) for _ in range(3)]
    return png(Image.merge("RGB", bands))


def square_mask(side: int) -> bytes:
    """A mask that covers a quarter of a square picture."""
    mask = Image.new("L", (side, side))
    mask.paste(255, (side // 4, side // 4, side * 3 // 4, side * 3 // 4))
    return png(mask)
