"""What directives let go wrong on the wire, and what becomes of an answer by it."""

from dataclasses import dataclass
from math import ceil

from imagen_fake import spec
from imagen_fake.directives.values import LONGEST_DELAY, MODEL
from imagen_fake.pipeline.call import Call

FAULTS = ("delay", "drop", "truncate", "slow", "malformed")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong on the wire. Seconds, bytes per second; a part is a share or bytes."""

    delay: float = 0.0
    drop: bool = False
    truncate: float | int | None = None
    slow: int | None = None
    malformed: bool = False

    def body(self, body: bytes) -> bytes:
        """The body that is announced; a malformed one breaks off in the middle of its JSON."""
        return body[: len(body) // 2] + b"\n" if self.malformed else body

    def sent(self, length: int) -> int:
        """How many bytes of a body are sent; at least one is missing where it is truncated."""
        part = self.truncate
        if part is None:
            return length
        wanted = int(length * part) if isinstance(part, float) else part
        return max(0, min(wanted, length - 1))

    def speed(self, length: int) -> int | None:
        """Bytes a second, so many that a body of that length takes no more than ten minutes."""
        return self.slow and max(self.slow, ceil(length / LONGEST_DELAY))

    def seconds(self, length: int) -> float:
        """How late the last byte sent of a body of that length is."""
        sent = self.sent(length)
        speed = self.speed(sent)
        return self.delay if self.drop or not speed else self.delay + sent / speed


NO_FAULT = Fault()
"""Nothing goes wrong."""


def fault(call: Call) -> Fault:
    """What goes wrong on the wire when this call is answered."""
    forced = {name: call.forced[name] for name in FAULTS if name in call.forced}
    if forced.get("delay") == MODEL:
        forced["delay"] = latency(call)
    return Fault(**forced) if forced else NO_FAULT


def latency(call: Call) -> float:
    """The seconds that the model took for such a call: the median that was observed."""
    table = spec.table("latencies")
    found = table["models"].get(call.model.id) or table["tasks"].get(call.task) or table["other"]
    return float(found["median"])
