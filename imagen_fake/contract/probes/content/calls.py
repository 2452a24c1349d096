"""Calls of Gemini's image models: bodies, requests, and the facts behind their fields."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Request, Violation
from imagen_fake.contract.facts.facts import is_graded, join_pointer
from imagen_fake.contract.probes.probe import Expectation, Probe
from imagen_fake.spec import Model

HEADERS = ((b"authorization", b"Bearer ${token}"), (b"content-type", b"application/json"))
PLACES = {
    "gemini": "/v1beta/models",
    "vertex": "/v1/projects/p/locations/global/publishers/google/models",
}
"""The path before a model's name, by surface."""

WHOLE, EVENTS, ARRAY = "generateContent", "streamGenerateContent?alt=sse", "streamGenerateContent"
PROMPT = "a red apple"
SEED = 7


@dataclass(frozen=True, slots=True)
class Served:
    """A model on a surface; `name` is that of the path, an alias perhaps."""

    name: str
    surface: str

    @property
    def model(self) -> Model:
        """The model. Raises KeyError where there is none of that name."""
        if model := spec.content_model(self.name):
            return model
        raise KeyError(self.name)

    @property
    def file(self) -> str:
        """The file of its facts."""
        return f"content/models/{self.model.id}.json"

    @property
    def life_cycle_fact(self) -> str:
        """The pointer of when it is served; an alias may have days of its own."""
        own = f"content/models/{self.name}.json#/lifeCycle/{self.surface}"
        return own if is_graded(own) else f"{self.file}#/lifeCycle/{self.surface}"

    @property
    def schema(self) -> Any:
        """The schema of its requests."""
        return spec.content_request(self.name, self.surface).schema

    def fields(self, group: str) -> Mapping[str, Any]:
        """The fields of a group of its requests, such as `imageConfig`; "" for those at the top."""
        schema = self.schema
        group_schema = schema["$defs"].get(group, {}) if group else schema
        fields: Mapping[str, Any] = group_schema.get("properties", {})
        return fields

    def rule(self, group: str, name: str, *keyword: str) -> str:
        """The pointer of what has the last word on a field of a group, or on a keyword of it."""
        place = ("tasks", "content", *([group] if group else ()), name, *keyword)
        base = ("$defs", group, "properties") if group else ("properties",)
        candidates = (
            join_pointer(self.file, "on", self.surface, *place),
            join_pointer(self.file, *place),
            join_pointer("content/surfaces.json", self.surface, *place),
            join_pointer("content/request.json", *base, name, *keyword),
        )
        return next(pointer for pointer in candidates if is_graded(pointer))

    def probe(
        self,
        label: str,
        body: Any,
        *expectations: Expectation,
        method: str = WHOLE,
        error: str = "",
        facts: frozenset[str] = frozenset(),
        stores: Mapping[str, str] | None = None,
        header: str = "",
        setting: str = "",
    ) -> Probe:
        """The probe that sends a body; with an error the body is refused, and free of charge."""
        path = f"{PLACES[self.surface]}/{self.name}:{method}"
        directives = ((b"x-imagen-fake", header.encode()),) if header else ()
        request = Request("POST", path, (*HEADERS, *directives), json.dumps(body).encode())
        covered = facts.union(*(one.facts for one in expectations))
        violation = Violation("", "", error) if error else None
        name = f"{self.surface} {self.name} {method}: {label}"
        case = Case(name, self.surface, self.name, spec.CONTENT, body, violation, covered)
        setting = setting or ("itself" if header else "")
        return Probe(case, expectations, request, setting, stores=stores or {})


def everywhere() -> Iterator[Served]:
    """Every model on every surface that has it, aliases among them."""
    for name in spec.content_model_ids():
        model = spec.content_model(name)
        for surface in PLACES:
            if model and model.life_cycle(surface):
                yield Served(name, surface)


def samples() -> Iterator[Served]:
    """One model on each surface, which stands for all: the first whose parts are signed."""
    for surface in PLACES:
        signed = (one for one in everywhere() if one.surface == surface and is_signed(one))
        yield min(signed, key=lambda one: (len(one.model.facts["sizes"]["value"]), one.name))


def kinds() -> Iterator[Served]:
    """The first model of each way of writing pictures that a surface has."""
    seen = set()
    for served in everywhere():
        layout = served.model.facts["output"][served.surface]["value"]["profile"]
        kind = (served.surface, layout, is_signed(served))
        if kind not in seen:
            seen.add(kind)
            yield served


def is_signed(served: Served) -> bool:
    """Whether pictures of a model come with signatures."""
    return served.model.facts["signatures"]["value"] is not None


def turn(*parts: Any, role: str = "user") -> dict[str, Any]:
    """A content of parts; a text is one."""
    return {"role": role, "parts": [{"text": one} if isinstance(one, str) else one
                                    for one in parts]}  # fmt: skip


def picture_part(text: str, mime_type: str = "image/png") -> dict[str, Any]:
    """A part with a picture in base64."""
    return {"inlineData": {"mimeType": mime_type, "data": text}}


def asking(*parts: Any, **config: Any) -> dict[str, Any]:
    """A body with one turn, and a generationConfig with a seed."""
    contents = [turn(*(parts or (PROMPT,)))]
    return {"contents": contents, "generationConfig": {"seed": SEED, **config}}
