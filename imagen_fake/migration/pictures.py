"""The pictures of a call of `:predict`, and the words that say what each is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imagen_fake import spec
from imagen_fake.imaging.files.loading import mime_type_of
from imagen_fake.json_tree import objects
from imagen_fake.migration.note import Note, facts
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.media import DATA, load
from imagen_fake.spec import Model

BYTES, URI = DATA[0], "gcsUri"
REFERENCES = "referenceImages"
PNG = "png"


@dataclass(frozen=True, slots=True)
class Source:
    """One picture of the old call: its field, where it is kept, its type, what it is for."""

    field: str
    media: Mapping[str, Any]
    mime_type: str
    words: str
    """Empty where nothing needs to be said of it."""

    def part(self) -> Mapping[str, Any]:
        """The part of the new call that it becomes."""
        if BYTES in self.media:
            return {"inlineData": {"mimeType": self.mime_type, "data": self.media[BYTES]}}
        return {"fileData": {"mimeType": self.mime_type, "fileUri": self.media[URI]}}


def sources(call: Call) -> Iterator[Source]:
    """The pictures of a call, in order. Raises ApiError for one that cannot be read."""
    found = [
        (path, media) for path, media in objects(call.instance) if BYTES in media or URI in media
    ]
    for number, (path, media) in enumerate(found, start=1):
        owner = _owner(call.instance, str(path[0]), path[1:2])
        role = "maskImage" if "maskImage" in path else owner.get("referenceType", path[0])
        yield Source(str(path[0]), media, _mime_type(call, media), _words(number, role, owner))


def refused_kinds(found: list[Source], model: Model) -> Iterator[Note]:
    """A note for each picture of a type that the successor does not take."""
    fact = facts("picture")
    for source in found:
        if source.mime_type not in model.facts["inputTypes"]["value"]:
            yield Note.of(source.field, fact, kind=source.mime_type)


def _owner(instance: Mapping[str, Any], name: str, place: tuple[str | int, ...]) -> Any:
    """What the instance holds under a name, of a list the item at a place."""
    value = instance[name]
    return value[int(place[0])] if isinstance(value, list) else value


def _words(number: int, role: str, owner: Mapping[str, Any]) -> str:
    roles = facts("roles")
    meaning = roles["value"].get(role, "")
    if not meaning:
        return ""
    names = facts("descriptions")["value"]
    described = [part[name] for _, part in objects(owner) for name in names if part.get(name)]
    name = f" [{owner['referenceId']}]" if "referenceId" in owner else ""
    description = f" ({described[0]})" if described else ""
    text: str = roles["template"]
    return text.format(number=number, name=name, role=meaning, description=description)


def _mime_type(call: Call, media: Mapping[str, Any]) -> str:
    """What the bytes are; of an object what is said of it, or else what its name ends in."""
    if BYTES in media:
        return load(call, media, mime_type_of)
    types: Mapping[str, str] = spec.table("mime_types")["types"]
    ending = str(media[URI]).rpartition(".")[2].lower()
    return str(media.get("mimeType") or types.get(ending, types[PNG]))
