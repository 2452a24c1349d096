"""The model that takes the place of one of Imagen's, where it is served, and what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.content.call import content_call
from imagen_fake.migration.note import facts
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.payload import Payload
from imagen_fake.predict import Target, check_life_cycle
from imagen_fake.spec import Model, Surface

METHOD = "generateContent"
SILENT = Config(directives="off")
"""Words of a prompt are nothing but words."""

ANY_REGION = "us-central1"


@dataclass(frozen=True, slots=True)
class Successor:
    """A model of `generateContent` on a surface; `media` are the pictures of the call, by marks."""

    model: Model
    surface: Surface
    media: Mapping[str, memoryview]

    def understand(self, body: Mapping[str, Any]) -> Call:
        """The call that a body makes, marks in place of its pictures. Raises ApiError."""
        return content_call(self.model, self.surface, Payload(body, self.media), SILENT)

    @property
    def location(self) -> str:
        """Where Vertex AI serves it."""
        return next(
            (name for name in self.model.facts["locations"]["value"] if "*" not in name), ""
        )

    @property
    def path(self) -> str:
        """The path of its calls."""
        version = spec.surface(self.surface.name).facts["versions"]["value"][0]
        location = self.location or ANY_REGION
        place = f"projects/PROJECT/locations/{location}/publishers/google/"
        resource = f"{place if self.surface.name == 'vertex' else ''}models/{self.model.name}"
        return f"/{version}/{resource}:{METHOD}"


def find_model(name: str | None, surface: Surface, as_of: date | None) -> Model:
    """The model of that name, else the default of the day. Raises ApiError where there is none."""
    if name is None:
        served = [one for one in facts("successors")["value"] if _launched(one, surface, as_of)]
        name = served[-1] if served else facts("successors")["value"][0]
    target = Target(surface, f"models/{name}", version=surface.facts["versions"]["value"][0])
    return check_life_cycle(target, spec.content_model(name), as_of, METHOD)[0]


def _launched(name: str, surface: Surface, as_of: date | None) -> bool:
    model = spec.content_model(name)
    cycle = model.life_cycle(surface.name) if model else {}
    return bool(cycle) and (as_of is None or date.fromisoformat(cycle["launched"]) <= as_of)
