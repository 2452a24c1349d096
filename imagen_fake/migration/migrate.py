"""From a call of Imagen's `:predict` to the calls that take its place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from imagen_fake import spec
from imagen_fake.json_tree import merge
from imagen_fake.migration import fields
from imagen_fake.migration.media import with_media
from imagen_fake.migration.migration import Migration, NewCall
from imagen_fake.migration.note import Note, facts
from imagen_fake.migration.pictures import Source, refused_kinds, sources
from imagen_fake.migration.price import content_price, predict_price
from imagen_fake.migration.successor import SILENT, Successor, find_model
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.normalize import wrap_single_objects
from imagen_fake.pipeline.payload import Payload
from imagen_fake.predict import Target, parse_request, understand_payload
from imagen_fake.tasks.content import output_format, output_size

SURFACES = ("gemini", "vertex")
SEED = "seed"
COUNT, RATIO, FORMAT = "sampleCount", "aspectRatio", "outputOptions.mimeType"
Body = Mapping[str, Any]


def migrate(
    body: Body | bytes,
    model: str,
    *,
    to: str | None = None,
    surface: str = "gemini",
    as_of: date | None = None,
) -> Migration:
    """What becomes of a call of `:predict` on another model, on `surface` (`gemini` or `vertex`).

    `to` is the default model of the day, of all days known of without one. Imagen's own end does
    not matter. A call that is refused has its `error`, and so has one to a model that is not there.
    Raises ValueError for another surface.
    """
    if surface not in SURFACES:
        raise ValueError(f"{surface!r:.80} is no surface; expected is gemini or vertex.")
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        call, payload = _read(raw, model, surface)
        found = list(sources(call))
        new_surface = spec.surface(surface)
        kept = _staying(call, payload, as_of) if to is None else None
        successor = Successor(find_model(to, new_surface, as_of), new_surface, payload.media)
        return kept or _move(call, payload, found, successor, as_of)
    except ApiError as error:
        return Migration(model, error=status(error, spec.surface(surface)))


def _read(raw: bytes, model: str, surface: str) -> tuple[Call, Payload]:
    """The call as the surface takes it, or else the other. Raises ApiError of the first."""
    payload = parse_request(raw, SILENT)
    refusals = []
    for name in sorted(SURFACES, key=lambda name: name != surface):
        version = spec.surface(name).facts["versions"]["value"][0]
        target = Target(spec.surface(name), _resource(name, model), version=version)
        try:
            call = understand_payload(target, payload, SILENT)
        except ApiError as error:
            refusals.append(error)
            continue
        body = wrap_single_objects(payload.body, spec.task_schema(call.model.tasks[0]))
        return replace(call, media=payload.media), replace(payload, body=body)
    raise max(refusals, key=lambda error: error.id != "model_not_found")


def _resource(surface: str, model: str) -> str:
    place = "projects/PROJECT/locations/LOCATION/publishers/google/"
    return f"{place if surface == 'vertex' else ''}models/{model}"


def _staying(call: Call, payload: Payload, as_of: date | None) -> Migration | None:
    """The call as it is, of a model that goes on; None of one that does not, or of no task's."""
    fact = facts("tasks")[call.task]
    price = predict_price(call, call.parameters.get(COUNT, 1))
    start = Migration(call.model.name, before=price, warnings=call.warnings)
    if fact.get("none"):
        return replace(start, notes=(Note.of("task", fact),))
    cycle = call.model.life_cycle(call.surface.name)
    ended = as_of and "retired" in cycle and as_of >= date.fromisoformat(cycle["retired"])
    if "stays" not in fact or ended:
        return None
    stays = {"verdict": "kept", **fact["stays"]}
    path = f"/{call.version}/{call.resource}:predict"
    note = Note.of("task", stays, retired=cycle.get("retired", "an unknown day"))
    calls = (NewCall(path, with_media(payload.body, payload.media)),)
    return replace(start, to=call.model.name, calls=calls, notes=(note,), after=price)


def _move(
    call: Call, payload: Payload, found: list[Source], successor: Successor, as_of: date | None
) -> Migration:
    given = fields.given(call, payload)
    refused = list(refused_kinds(found, successor.model))
    names = successor.model.facts["inputTypes"]["value"]
    taken = [source for source in found if source.mime_type in names]
    body: Body = {"contents": [{"role": "user", "parts": _parts(call, taken)}]}
    successor.understand(body)
    for fixed in (facts("modalities"), _size_asked(call)):
        longer = merge(body, fields.at_path(fixed["to"], fixed["value"])) if fixed else body
        body = body if fields.refusal(longer, successor) else longer
    count = call.parameters.get(COUNT, 1) if COUNT in given else 1
    body, notes = fields.move({**given, **fields.of_pictures(call)}, successor, body)
    new = successor.understand(body)
    notes = [*_of_call(call, successor, as_of), *refused, *notes, *_defaults(call, new, given)]
    bodies = [with_media(_seeded(body, number), payload.media) for number in range(count)]
    return Migration(
        call.model.name,
        successor.model.name,
        tuple(NewCall(successor.path, one) for one in bodies),
        tuple(notes),
        predict_price(call, call.parameters.get(COUNT, 1)),
        content_price(new, len(taken), count),
        call.warnings,
    )


def _parts(call: Call, found: list[Source]) -> list[Body]:
    """The pictures, the words of the caller, and those that say what the pictures are for."""
    words = call.prompt or facts("tasks")[call.task].get("words", "")
    texts = [words, *(source.words for source in found)]
    return [*(source.part() for source in found), *({"text": text} for text in texts if text)]


def _size_asked(call: Call) -> Body:
    """The place and the size that come next to the factor of a call that upscales; else nothing."""
    sizes = facts("tasks")[call.task].get("size", {})
    factor = call.parameters.get("upscaleConfig", {}).get("upscaleFactor")
    if factor not in sizes:
        return {}
    return {"to": facts("fields")["sampleImageSize"]["to"], "value": sizes[factor]}


def _of_call(call: Call, successor: Successor, as_of: date | None) -> Iterator[Note]:
    """What holds of the call as a whole: its task, the end of its model, where and how it goes."""
    yield Note.of("task", facts("tasks")[call.task])
    cycle = call.model.life_cycle(call.surface.name)
    if "retired" in cycle and (as_of is None or as_of >= date.fromisoformat(cycle["retired"])):
        words = {"model": call.model.name, "retired": cycle["retired"]}
        yield Note.of("model", {**cycle, **facts("retired")["value"]}, **words)
    if call.prompt:
        yield Note.of("prompt", facts("fields")["prompt"])
    for name, fact in facts("answer").items():
        yield Note.of(name, fact)
    if successor.surface.name == "vertex" and successor.location:
        yield Note.of("location", facts("location"), location=successor.location)


def _defaults(call: Call, new: Call, given: Mapping[str, Any]) -> Iterator[Note]:
    """What changes although the caller said nothing of it, or the same as before."""
    if call.count_by_default:
        yield from fields.absent({COUNT: {"count": call.parameters[COUNT]}})
    if call.task == "generate":
        yield from _shape(call, new, given)
    before = call.parameters.get("outputOptions", {}).get("mimeType")
    after = output_format(new, edits=False)[1]
    if FORMAT not in given and before and before != after:
        yield from fields.absent({FORMAT: {"before": before, "after": after}})


def _shape(call: Call, new: Call, given: Mapping[str, Any]) -> Iterator[Note]:
    if RATIO not in given:
        yield from fields.absent({RATIO: {}})
        return
    resolution = call.parameters.get("sampleImageSize", next(iter(call.model.facts["sizes"])))
    ratio = call.parameters[RATIO]
    before, after = call.model.size(resolution, ratio), output_size(new, None)
    if before != after:
        words = {"before": _pixels(before), "after": _pixels(after), "ratio": ratio}
        yield Note.of("size", facts("size"), **words)


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _seeded(body: Body, number: int) -> Body:
    """The body of call `number`: equal seeds would make equal pictures."""
    config = body.get("generationConfig", {})
    if SEED not in config:
        return body
    seeded: Body = merge(body, {"generationConfig": {SEED: config[SEED] + number}})
    return seeded
