"""What a verdict needs of a call beside its texts: small, so that it is kept when they are not."""

import json
from hashlib import blake2b
from typing import NamedTuple

from imagen_fake.pipeline.respond import Answer, Delivery


class Trace(NamedTuple):
    """When a call was made, what it sent as a digest, and what its answer delivered or asked for.

    Moments are seconds by the fake's clock, which no test stops and `advance` moves on.
    """

    started: float
    ended: float
    """When the answer was ready; a forced delay comes after it."""
    received: float
    """When the last byte of the answer was due."""
    body_digest: bytes
    wait: float = 0.0
    """How many seconds the answer asks to wait before the next call."""
    delivery: Delivery | None = None


def trace(raw: bytes, answer: Answer, ended: float, seconds: float) -> Trace:
    """The trace of a call that took so many seconds until its answer was ready."""
    return Trace(
        ended - seconds,
        ended,
        ended + answer.outcome.fault.seconds(len(answer.body), answer.chunks),
        blake2b(raw, digest_size=16).digest(),
        requested_wait(answer),
        answer.delivery,
    )


def requested_wait(answer: Answer) -> float:
    """The seconds of the header `Retry-After`, or of a google.rpc.RetryInfo in the body; else 0."""
    if answer.status < 400:
        return 0.0
    header = dict(answer.headers).get(b"retry-after", b"")
    if header.isdigit():
        return float(header)
    if answer.error is None or b'"retryDelay"' not in answer.body:
        return 0.0
    body = json.loads(answer.body)
    status = body[0] if isinstance(body, list) else body  # of a stream that is an array
    details = status["error"].get("details", ())
    delays = (detail["retryDelay"] for detail in details if "retryDelay" in detail)
    return max((float(delay.removesuffix("s")) for delay in delays), default=0.0)
