"""What an answer holds, of `:predict` or of `generateContent`: pictures, or why there are none."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pybase64

from imagen_fake.state.summary import summarize_picture

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in an answer: its type and size in pixels by its bytes, or where it is kept."""

    data: bytes = b""
    mime_type: str = ""
    width: int = 0
    height: int = 0
    uri: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        if self.uri:
            return {"uri": self.uri}
        size = {"width": self.width, "height": self.height, "bytes": len(self.data)}
        return {"mimeType": self.mime_type, **size}

    def __str__(self) -> str:
        return self.uri or f"{self.mime_type} {self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, the pictures, and what is said of those that are not there."""

    call: str
    """What was asked: model and method."""
    status: int
    pictures: tuple[Picture, ...] = ()
    refusals: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "call": self.call,
            "status": self.status,
            "pictures": [picture.to_json() for picture in self.pictures],
            "refusals": list(self.refusals),
        }


def read_answer(call: str, status: int, raw: bytes) -> Answer:
    """What a body holds, drafts left out."""
    body = json.loads(raw)
    if "error" in body:
        return Answer(call, status, (), (str(body["error"]["message"]).strip(),))
    candidates = body.get("candidates", [])
    places = [*body.get("predictions", []), *_parts(candidates)]
    return Answer(call, status, tuple(_pictures(places)), tuple(_refusals(body, candidates)))


def _parts(candidates: list[Json]) -> Iterator[Json]:
    for candidate in candidates:
        for part in candidate.get("content", {}).get("parts", []):
            if not part.get("thought"):
                yield {**part.get("inlineData", {}), **part.get("fileData", {})}


def _pictures(places: list[Json]) -> Iterator[Picture]:
    for place in places:
        text = place.get("bytesBase64Encoded") or place.get("data")
        uri = place.get("gcsUri") or place.get("fileUri")
        if text:
            facts = summarize_picture(memoryview(text.encode()), thumbnail=False).facts
            size = facts.get("width", 0), facts.get("height", 0)
            yield Picture(pybase64.b64decode(text), facts.get("mimeType", ""), *size)
        elif uri:
            yield Picture(uri=uri)


def _refusals(body: Json, candidates: list[Json]) -> Iterator[str]:
    for prediction in body.get("predictions", []):
        yield from filter(None, [prediction.get("raiFilteredReason")])
    blocked = body.get("promptFeedback", {})
    yield from filter(None, [blocked.get("blockReason")])
    for candidate in candidates:
        reason = candidate.get("finishReason", "STOP")
        if reason != "STOP":
            yield ": ".join(filter(None, (reason, candidate.get("finishMessage"))))
