"""The rows about answers of `generateContent`."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from statistics import median
from time import process_time

import pybase64

from imagen_fake.content.signatures import Issuer, issuer, make, verify
from imagen_fake.imaging.files.codec import encode, write
from imagen_fake.imaging.files.metadata import Metadata
from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.pipeline.picture_profile import picture_profile
from tests.bench.compare import durations
from tests.bench.plan import Plan
from tests.bench.table import Figure

CREDIT = Metadata("AI Generated", "TrainedAlgorithmicMedia")
SIGNERS = (("gemini-3-pro-image", "gemini"), ("gemini-3.1-flash-lite-image", "vertex"))
PART = bytes(range(256)) * 1000
"""As large as the file of a drawing."""


def picture_file(plan: Plan) -> Iterator[Figure]:
    """A marked 1K picture drawn anew as Gemini's JPEG: how many times it takes as Imagen's PNG."""
    profile = picture_profile("gemini-3-jpeg")

    def as_jpeg(sketch: Sketch) -> bytes:
        return pybase64.b64encode(write(add_watermark(paint(sketch), in_place=True), profile))

    def as_png(sketch: Sketch) -> bytes:
        marked = add_watermark(paint(sketch), in_place=True)
        return pybase64.b64encode(encode(marked, "image/png", metadata=CREDIT))

    ratio = durations(
        drawing(as_jpeg, (1408, 768)), drawing(as_png, (1024, 1024)), plan.rounds, plan.seconds
    )
    yield Figure(
        "new picture as JPEG by one as PNG",
        ratio.value,
        "x",
        1.5,
        detail=f"{ratio.fake * 1000:.1f} ms, PNG {ratio.baseline * 1000:.1f} ms",
    )


def drawing(encoded: Callable[[Sketch], bytes], size: tuple[int, int]) -> Callable[[], object]:
    """What draws and writes one more picture whenever it is called."""
    numbers = count()

    def draw() -> bytes:
        text = f"a red apple, number {next(numbers)}"
        return encoded(Sketch(text, text, size, sha256(text.encode()).digest(), None))

    return draw


def signature(plan: Plan) -> Iterator[Figure]:
    """Processor time of a signature: in the answer that carries it, and when it comes back."""
    for model, surface in SIGNERS:
        signer = issuer(model, surface)
        text = pybase64.b64encode(make(longest(signer), PART, signer))
        detail = f"{len(text):,} characters, {model}, {surface}"
        for name, way in (("made", making(signer)), ("verified", verifying(text, signer))):
            yield Figure(f"signature {name}", processor_time(way, plan), " ms", 3, detail=detail)


def making(signer: Issuer) -> Callable[[], object]:
    """What makes another signature whenever it is called, in base64."""
    numbers = count()
    return lambda: pybase64.b64encode(make(b"%d" % next(numbers), PART, signer))


def verifying(text: bytes, signer: Issuer) -> Callable[[], object]:
    """What verifies a signature in base64."""
    return lambda: verify(pybase64.b64decode(text, validate=True), PART, signer)


def longest(signer: Issuer) -> bytes:
    """The seed, of some, whose signature is the longest."""
    return max((b"%d" % number for number in range(20)), key=lambda s: len(make(s, PART, signer)))


def processor_time(function: Callable[[], object], plan: Plan) -> float:
    """Milliseconds of processor time that a call takes, the median of many."""
    times = []
    for _ in range(30 * plan.rounds):
        start = process_time()
        function()
        times.append((process_time() - start) * 1000)
    return median(times)
