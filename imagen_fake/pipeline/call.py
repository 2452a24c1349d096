"""The immutable values that the pipeline passes on; each step makes a new one."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from math import ceil
from typing import Any

from imagen_fake import spec
from imagen_fake.directives.values import LONGEST_DELAY, ChunkCount
from imagen_fake.json_tree import objects
from imagen_fake.spec import Model, Surface
from imagen_fake.storage.objects import NoStore, ObjectStore, always


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong on the wire. Seconds, bytes per second; a part is a share, bytes or chunks.

    The chunks of a body are given by how many bytes each has; one that is no stream has none.
    """

    delay: float = 0.0
    drop: bool = False
    truncate: float | int | ChunkCount | None = None
    slow: int | None = None
    pause: float = 0.0
    malformed: bool = False

    def announced_body(self, body: bytes) -> bytes:
        """The body that is announced; a malformed one breaks off in the middle of its JSON."""
        return body[: len(body) // 2] + b"\n" if self.malformed else body

    def bytes_sent(self, length: int, chunks: Sequence[int] = ()) -> int:
        """How many bytes of a body are sent; at least one is missing where it is truncated."""
        part = self.truncate
        if part is None:
            return length
        if isinstance(part, ChunkCount):
            limit = sum((chunks or (length,))[: part.number])
        else:
            limit = int(length * part) if isinstance(part, float) else part
        return max(0, min(limit, length - 1))

    def speed(self, length: int) -> int | None:
        """Bytes a second, so many that a body of that length takes no more than ten minutes."""
        return self.slow and max(self.slow, ceil(length / LONGEST_DELAY))

    def pauses(self, length: int, chunks: Sequence[int] = ()) -> int:
        """How many pauses there are in what is sent: one after each chunk that another follows."""
        sent = self.bytes_sent(length, chunks)
        return sum(end < sent for end in accumulate(chunks[:-1]))

    def pause_seconds(self, count: int) -> float:
        """How long each of so many pauses is, so that all of them take no more than ten minutes."""
        return min(self.pause, LONGEST_DELAY / count) if count > 0 else 0.0

    def transfer_seconds(self, length: int, chunks: Sequence[int] = ()) -> float:
        """How much later than the first byte the last one sent is, of a body of that length."""
        if self.drop:
            return 0.0
        sent, pauses = self.bytes_sent(length, chunks), self.pauses(length, chunks)
        speed = self.speed(sent)
        return (sent / speed if speed else 0.0) + pauses * self.pause_seconds(pauses)

    def seconds(self, length: int, chunks: Sequence[int] = ()) -> float:
        """How late the last byte sent of a body of that length is."""
        if self is NO_FAULT:
            return 0.0
        return self.delay + self.transfer_seconds(length, chunks)


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The safety filter's verdict on one sample; without a cause it passes.

    Scores are in [0,1] with one decimal, by category; codes are the service's support codes;
    the cause is `threshold`, `policy` or `person`.
    """

    scores: Mapping[str, float]
    codes: tuple[str, ...] = ()
    cause: str | None = None

    @property
    def passes(self) -> bool:
        """Whether the sample is in the answer."""
        return self.cause is None


@dataclass(frozen=True)
class Call:
    """A validated request: canonical names, defaults filled."""

    model: Model
    task: str
    surface: Surface
    instance: Mapping[str, Any]
    parameters: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    media: Mapping[str, memoryview] = field(default_factory=dict)
    variation: int | None = None
    strict: bool = False
    approved: bool = True
    """Whether the project may ask for pictures of adults."""
    captioned: bool = True
    """Whether prompt and label stand on the pictures."""
    c2pa: bool = False
    """Whether files carry a C2PA manifest where the service's do."""
    count_by_default: bool = False
    """Whether it asks for several pictures because it does not say how many."""
    scores: Mapping[str, float] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    rewritten: tuple[str | None, ...] = ()
    objects: ObjectStore = field(default=NoStore(), compare=False)
    """Where a `gcsUri` is read from and a `storageUri` written to."""
    resource: str = ""
    """The full resource name."""
    version: str = ""
    """The version of the API, where error texts name it."""
    project: str = ""
    """The project whose calls are counted together: its header's, or else that of the resource."""
    dialect: str = ""
    """The dialect of the request, if it is not the surface's own."""
    directives: str = ""
    """The directives in the prompt."""
    outcome: Outcome = NO_OUTCOME
    """What directives force upon it."""
    moment: float = 0.0
    """When it was made, if its answer says so: seconds since 1970."""
    raise_if_cancelled: Callable[[], None] = field(default=always, compare=False)
    """Raises ApiError once the call is cancelled; called before each picture."""
    raise_if_stale: Callable[[], None] = field(default=always, compare=False)
    """Raises ApiError once the call must not store anything any more."""

    @property
    def prompt(self) -> str:
        """The words of the caller; empty when there are none."""
        return str(self.instance.get("prompt", ""))

    @property
    def passing(self) -> list[int]:
        """The numbers of the samples that pass the safety filter, from 0."""
        return [index for index, verdict in enumerate(self.verdicts) if verdict.passes]

    @property
    def cacheable(self) -> bool:
        """Whether the answer may be reused for an identical request; not if it is forced."""
        return self.reproducible and not (self.directives or self.outcome)

    @cached_property
    def reproducible(self) -> bool:
        """Whether the call always renders the same pictures; not if it reads or writes objects."""
        facts = spec.read("surfaces/storage.json")
        names = (*facts["fields"]["value"], *facts["otherFields"]["value"])
        parts = [self.parameters, self.instance]
        return not any(name in part for _, part in objects(parts) for name in names)

    def digest(self) -> bytes:
        """32 bytes that differ if model, instance, parameters or variation do."""
        parts = (self.model.id, self.instance, self.parameters, self.variation)
        return sha256(json.dumps(parts, sort_keys=True).encode()).digest()

    def entropy(self, index: int) -> bytes:
        """32 bytes that decide every free choice in sample `index`.

        Size, format and count are left out, so that a smaller or a JPEG copy of a picture is
        the same picture. Of an object the URI counts, not what is in it: that shows in the
        pixels a task starts from.
        """
        return sha256(f"{self._shaping}, {index}]".encode()).digest()

    @cached_property
    def _shaping(self) -> str:
        """The beginning of a JSON array of all that shapes a picture; its number is to follow."""
        names = ("guidanceScale", "negativePrompt", "sampleImageStyle", "seed", "temperature")
        shaping = {name: self.parameters[name] for name in names if name in self.parameters}
        parts = (self.model.id, self.instance, shaping, self.variation)
        return json.dumps(parts, sort_keys=True).removesuffix("]")


@dataclass(frozen=True, slots=True)
class Prediction:
    """One element of an answer: an encoded picture, if any, and its wire fields, or a string."""

    fields: Mapping[str, Any]
    image: bytes | None = None
    text: str | None = None
    warnings: tuple[str, ...] = ()
    """Warnings that arose while the picture was rendered."""
