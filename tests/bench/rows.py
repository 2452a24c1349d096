"""The rows of the table. A new one is a function from a Plan to figures, and a line in ROWS."""

import base64
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice, repeat
from statistics import quantiles
from time import sleep

from PIL import Image

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.predict import Target
from tests.bench import content, embedded, memory, pictures, requests, stalls
from tests.bench.compare import Side, durations, rates, startups
from tests.bench.load import Lane, WrongAnswerError, drive
from tests.bench.plan import Plan
from tests.bench.servers import FAKE, NAIVE, bare, started
from tests.bench.table import Figure
from tests.calls import predict
from tests.workload import bodies, sent

SIDES = (256,) * 12 + (512,) * 4 + (1024,) * 3 + (2048,)
"""Of the pictures sent, in pixels: as many small ones as leave time for the others."""

UPSCALES = "imagen-4.0-upscale-preview"
SETTLED = 10.0
"""Seconds after which memory is read that is not needed any more."""


def same_call(plan: Plan) -> Iterator[Figure]:
    """The same call again: the rate of constant bytes, as many as it is answered."""
    call = requests.predict("a red apple")
    with started(FAKE, requests.HEALTH) as fake:
        (first,) = drive(fake.address, [Lane(iter([call]), keep=1)])
        check_pictures(first.bodies, 1, (1024, 1024))
        with started(bare(first.size), requests.CONSTANT) as plain:
            for connections in (1, 32):
                ratio = rates(
                    Side(fake, Lane(repeat(call), connections)),
                    Side(plain, Lane(repeat(requests.CONSTANT), connections)),
                    plan.rounds,
                    plan.seconds,
                )
                yield Figure(
                    f"same call again, connections: {connections}",
                    ratio.value,
                    "x",
                    0.75,
                    at_least=True,
                    detail=f"{ratio.fake:,.0f} requests/s, constant bytes {ratio.baseline:,.0f}"
                    f" ({first.size / 1000:.0f} KB)",
                )


def new_call(plan: Plan) -> Iterator[Figure]:
    """A call never seen before: how many times the rate of the straightforward way."""
    with started(FAKE, requests.HEALTH) as fake, started(NAIVE, naive_call()) as naive:
        calls = requests.unseen()
        (some,) = drive(fake.address, [Lane(islice(calls, 30), keep=30)])
        (theirs,) = drive(naive.address, [Lane(islice(requests.unseen("/"), 3), keep=3)])
        check_pictures([*some.bodies, *theirs.bodies], 1, (1024, 1024))
        ratio = rates(
            Side(fake, Lane(calls)),
            Side(naive, Lane(requests.unseen("/"))),
            plan.rounds,
            plan.seconds,
        )
    yield Figure(
        "new call, connections: 1",
        ratio.value,
        "x",
        6,
        at_least=True,
        detail=f"{1000 / ratio.fake:.1f} ms, straightforward {1000 / ratio.baseline:.1f} ms",
    )


def watermark(plan: Plan) -> Iterator[Figure]:
    """A marked picture drawn anew: how many times what it takes without the mark."""

    def drawing(*, marked: bool) -> Callable[[], object]:
        calls = requests.unseen(addWatermark=marked)
        resource = requests.PATH.removeprefix("/v1/").removesuffix(":predict")
        target = Target(spec.surface("vertex"), resource)
        return lambda: predict(target, next(calls).partition(b"\r\n\r\n")[2], Config())

    ratio = durations(
        drawing(marked=True), drawing(marked=False), plan.rounds, plan.seconds / plan.rounds
    )
    yield Figure(
        "new call with a watermark by one without",
        ratio.value,
        "x",
        1.25,
        detail=f"{ratio.fake * 1000:.1f} ms, unmarked {ratio.baseline * 1000:.1f} ms",
    )


def start(plan: Plan) -> Iterator[Figure]:
    """From process start to a first answer: how many times that of a bare server."""
    probes = {"health": requests.HEALTH, "predict": requests.predict("a red apple")}
    for name, probe in probes.items():
        ratio = startups(FAKE, probe, bare(5), requests.CONSTANT, plan.starts)
        yield Figure(
            f"process start to first {name}",
            ratio.value,
            "x",
            1.6,
            detail=f"{ratio.fake * 1000:.0f} ms, bare server {ratio.baseline * 1000:.0f} ms",
        )


def every_task() -> Iterator[bytes]:
    """Calls of every task without end, no two alike, with pictures of 256 to 2048 pixels a side."""
    asked = {side: cycle(list(bodies(*sent(side, side)))) for side in {*SIDES}}
    for number, side in enumerate(cycle(SIDES)):
        if number % 25 == 0:
            size = "2K" if number % 50 else "1K"
            yield requests.predict(f"a red apple, number {number}", sampleImageSize=size)
        _, model, body = next(asked[side])
        if (side, model) != (2048, UPSCALES):  # doubled it is larger than the service makes it
            yield requests.post(requests.path_of(model), requests.numbered(body, number))


def resident_memory(plan: Plan) -> Iterator[Figure]:
    """What the server holds: idle, after many different calls, and at worst under large ones."""
    readings: list[float | None] = [None] * 3
    if memory.readable():
        with started(FAKE, requests.HEALTH) as fake:
            readings[0] = memory.resident(fake.pid)
            drive(fake.address, [Lane(islice(every_task(), plan.calls), 8)])
            sleep(SETTLED)
            readings[1] = memory.resident(fake.pid)
        with started(FAKE, requests.HEALTH) as fake:
            calls = islice(requests.unseen(sampleCount=4, sampleImageSize="2K"), 32 * plan.bursts)
            (large,) = drive(fake.address, [Lane(calls, 32, keep=1)])
            readings[2] = memory.peak(fake.pid)
            check_pictures(large.bodies, 4, (2048, 2048))
    names = (
        "idle",
        f"{SETTLED:.0f} s after the last of {plan.calls} calls of every task",
        "peak, 32 calls of four 2K pictures at once",
    )
    for name, reading, limit in zip(names, readings, (75, 200, 1024), strict=True):
        used = None if reading is None else reading / memory.MB
        yield Figure(f"memory {name}", used, " MB", limit, detail="" if used else "needs /proc")


def responsiveness(plan: Plan) -> Iterator[Figure]:
    """How soon health is answered while 2K pictures are drawn for others."""
    with started(FAKE, requests.HEALTH) as fake:
        large = Lane(requests.unseen(sampleImageSize="2K"), connections=4)
        health = Lane(repeat(requests.HEALTH), pause=0.005)
        drawn, asked = drive(fake.address, [large, health], plan.seconds * plan.rounds)
    detail = f"{len(asked.latencies)} asked, {len(drawn.latencies)} pictures of 2K drawn meanwhile"
    shown = {
        "p99": quantiles(asked.latencies, n=100, method="inclusive")[98],
        "longest": max(asked.latencies),
    }
    for name, seconds in shown.items():
        yield Figure(f"health beside drawing, {name}", seconds * 1000, " ms", 50, detail=detail)


ROWS: Sequence[Callable[[Plan], Iterable[Figure]]] = (
    same_call,
    new_call,
    watermark,
    start,
    resident_memory,
    responsiveness,
    stalls.stalls,
    pictures.mask_edit,
    pictures.upscale,
    pictures.segmentation,
    pictures.large_upload,
    pictures.upload_memory,
    content.picture_file,
    content.signature,
    embedded.plugin,
    embedded.transport,
    embedded.against_before,
    embedded.contract,
)


def naive_call() -> bytes:
    """A call that the straightforward server answers."""
    return next(requests.unseen("/"))


def check_pictures(bodies: Iterable[bytes], count: int, size: tuple[int, int]) -> None:
    """Raise WrongAnswerError unless each body holds that many RGB pictures of that size."""
    for body in bodies:
        predictions = json.loads(body)["predictions"]
        found = [_opened(prediction["bytesBase64Encoded"]) for prediction in predictions]
        if [(image.mode, image.size) for image in found] != [("RGB", size)] * count:
            raise WrongAnswerError(f"not {count} RGB pictures of {size}: {found}")


def _opened(encoded: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)))
    image.load()
    return image
