"""What was observed of the service, played to a client in the service's place."""

import base64
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import vcr  # type: ignore[import-untyped]
import yaml

FOLDER = Path(__file__).parents[2] / "cassettes"


@dataclass(frozen=True)
class Cassette:
    """One file, and what its only interaction says: who was asked what, and the answer."""

    path: Path

    @property
    def name(self) -> str:
        """The place in the folder, without the ending."""
        return self.path.relative_to(FOLDER).with_suffix("").as_posix()

    @cached_property
    def held(self) -> Any:
        """All that is in the file."""
        return yaml.safe_load(self.path.read_text("utf-8"))

    @property
    def interaction(self) -> Any:
        """What was asked and answered."""
        (only,) = self.held["interactions"]
        return only

    @property
    def uri(self) -> str:
        """Who was asked."""
        return str(self.interaction["request"]["uri"])

    @property
    def version(self) -> str:
        """The version of the API."""
        return self.uri.split("/")[3]

    @property
    def model(self) -> str:
        """The model that was asked."""
        return self.uri.rpartition("/models/")[2].removesuffix(":predict")

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return int(self.interaction["response"]["status"]["code"])

    @property
    def instance(self) -> Any:
        """What was asked; empty where it was no such JSON."""
        try:
            body = json.loads(self.interaction["request"].get("body") or "{}")
        except ValueError:
            body = {}
        return next(iter(body.get("instances", ())), {})

    @property
    def answer(self) -> Any:
        """The parsed answer."""
        return json.loads(self.interaction["response"]["body"]["string"])

    @property
    def files(self) -> list[bytes]:
        """The pictures of the answer."""
        return [base64.b64decode(text) for text in self.told("bytesBase64Encoded")]

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Width and height in pixels of the answer's pictures; empty where nobody told them."""
        noted = self.held["provenance"].get("pictures", ())
        sizes = [(int(width), int(height)) for width, height in map(_parted, noted)]
        return sizes[-len(self.files) :]

    def told(self, key: str) -> list[Any]:
        """What the elements of the answer say under a key, those that have it."""
        return [one[key] for one in self.answer.get("predictions", ()) if key in one]

    def playing(self) -> AbstractContextManager[Any]:
        """While it lasts, the recorded answer is given and nobody else is asked."""
        played: AbstractContextManager[Any] = vcr.use_cassette(
            str(self.path), record_mode="none", match_on=["method", "path"]
        )
        return played


def _parted(picture: dict[str, str]) -> list[str]:
    return picture["size"].split("x")


def cassettes(surface: str) -> list[Cassette]:
    """Every cassette of a surface, by name."""
    return [Cassette(path) for path in sorted((FOLDER / surface).glob("*.yaml"))]
