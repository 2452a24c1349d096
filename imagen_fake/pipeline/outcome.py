"""What directives force upon a call, and what of it goes wrong on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from imagen_fake.directives.values import LONGEST_DELAY


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong on the wire. Seconds, bytes per second; a part is a share or bytes."""

    delay: float = 0.0
    drop: bool = False
    truncate: float | int | None = None
    slow: int | None = None
    malformed: bool = False

    def announced_body(self, body: bytes) -> bytes:
        """The body that is announced; a malformed one breaks off in the middle of its JSON."""
        return body[: len(body) // 2] + b"\n" if self.malformed else body

    def bytes_sent(self, length: int) -> int:
        """How many bytes of a body are sent; at least one is missing where it is truncated."""
        part = self.truncate
        if part is None:
            return length
        limit = int(length * part) if isinstance(part, float) else part
        return max(0, min(limit, length - 1))

    def speed(self, length: int) -> int | None:
        """Bytes a second, so many that a body of that length takes no more than ten minutes."""
        return self.slow and max(self.slow, ceil(length / LONGEST_DELAY))

    def transfer_seconds(self, length: int) -> float:
        """How much later than the first byte the last one sent is, of a body of that length."""
        sent = self.bytes_sent(length)
        speed = self.speed(sent)
        return 0.0 if self.drop or not speed else sent / speed

    def seconds(self, length: int) -> float:
        """How late the last byte sent of a body of that length is."""
        return self.delay + self.transfer_seconds(length)


NO_FAULT = Fault()
"""Nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is forced upon one call: the directives by their names, and the fault among them."""

    directives: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault = NO_FAULT

    def __bool__(self) -> bool:
        return bool(self.directives)


NO_OUTCOME = Outcome()
"""Nothing is forced."""
