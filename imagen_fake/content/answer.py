"""From the predictions of a call to the answer of `generateContent`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from imagen_fake import spec
from imagen_fake.content import signatures, turns
from imagen_fake.content.json_text import pretty
from imagen_fake.content.limits import reason, text_of
from imagen_fake.content.outcomes import MAX_TOKENS, STOP, Finish, finish, prompt_feedback
from imagen_fake.content.response_id import create_time, response_id
from imagen_fake.content.usage import blocked_usage, cut_usage, refused_usage, thought_tokens, usage
from imagen_fake.content.words import named
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, Delivery, deliver

Part = Mapping[str, Any]
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: the parts of the candidate, how it ends, usage; bytes stay bytes."""

    parts: Sequence[Part]
    finish: Finish
    usage: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """How an answer is sent: its bodies, each of them as JSON, the pieces these are sent in."""

    name: str
    bodies: Callable[[Call, Reply], Iterable[Body]]
    dump: Callable[[Body], bytes]
    frame: Callable[[Sequence[bytes]], list[bytes]]
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """In place of the `Content-Type` of JSON."""

    def answer(self, bodies: Iterable[Body]) -> Answer:
        """The answer of these bodies; a whole one is no chunk of a stream."""
        pieces = self.frame([self.dump(body) for body in bodies])
        chunks = () if self is WHOLE else tuple(map(len, pieces))
        return Answer(200, b"".join(pieces), media_headers=self.headers, chunks=chunks)


def respond(call: Call, predictions: Sequence[Prediction], form: "Form | None" = None) -> Answer:
    """The answer to a call, whole if no other form is given; pictures in Cloud Storage if asked.

    Raises ApiError.
    """
    form = form or WHOLE
    pictures = deliver(call, predictions)
    texts = (text for picture in pictures for text in picture.warnings)
    return replace(
        form.answer(form.bodies(call, reply(call, pictures))),
        warnings=tuple(dict.fromkeys((*call.warnings, *texts))),
        cacheable=call.cacheable,
        outcome=call.outcome,
        reproducible=call.reproducible,
        delivery=Delivery.of(call, pictures),
    )


def respond_blocked(call: Call, cause: str, error: ApiError, form: "Form | None" = None) -> Answer:
    """The answer to a call whose prompt is blocked, for what an error says."""
    feedback = prompt_feedback(cause, call.surface.name)
    fields = {"promptFeedback": feedback, "usageMetadata": blocked_usage(call)}
    answer = (form or WHOLE).answer([_whole(call, fields)])
    return replace(answer, warnings=call.warnings, cacheable=False, outcome=error.outcome)


def reply(call: Call, pictures: Sequence[Prediction]) -> Reply:
    """The parts of an answer with these pictures, how it ends, what it took."""
    end = finish(call)
    if end.reason != STOP:
        return Reply((), end, refused_usage(call))
    text = text_of(call)
    end = end._replace(reason=reason(call), content={"role": turns.MODEL})
    if not text and not pictures and end.reason == MAX_TOKENS:
        return Reply((), end, cut_usage(call))
    counts = usage(call, [text] if text else [], len(pictures))
    return Reply([*thoughts(call), *parts(call, text, pictures)], end, counts)


def thoughts(call: Call) -> list[Part]:
    """What the model thought, if that is asked for, as a part of its own."""
    facts = spec.read(f"{spec.CONTENT}/thoughts.json")
    if not call.parameters.get("includeThoughts") or not thought_tokens(call):
        return []
    return [{"text": facts["text"].format(subject=named(call)), "thought": True}]


def parts(call: Call, text: str, pictures: Sequence[Prediction]) -> list[Part]:
    """The parts: words first, each picture with its signature where the model signs."""
    signed = call.model.facts["signatures"]["value"] or {"parts": ()}
    found: list[Part] = []
    if text:
        found.append({"text": text})
    for number, picture in enumerate(pictures):
        found.append(_picture(call, picture, number, signed))
    if text and "text" in signed["parts"] and len(found) > 1 and "thoughtSignature" in found[1]:
        found[0] = {"text": text, "thoughtSignature": _signature(call, -1, text.encode())}
    return found


def _picture(call: Call, picture: Prediction, number: int, signed: Mapping[str, Any]) -> Part:
    mime_type = picture.fields["mimeType"]
    if picture.image is None:
        return {"fileData": {"mimeType": mime_type, "fileUri": picture.fields["gcsUri"]}}
    part: dict[str, Any] = {"inlineData": {"mimeType": mime_type, "data": picture.image}}
    if "inlineData" in signed["parts"]:
        part["thoughtSignature"] = _signature(call, number, picture.image)
    return part


def _signature(call: Call, number: int, data: bytes) -> bytes:
    """The signature of part `number` of an answer, whose text or picture is `data`."""
    signer = signatures.issuer(call.model.id, call.surface.name)
    return signatures.make(call.digest() + b"%d" % number, data, signer)


def body(call: Call, reply: Reply) -> Body:
    """The body of an answer, its keys in the order of the surface."""
    order = spec.content_surface(call.surface.name)["answer"]
    content = {"parts": list(reply.parts), "role": "model"} if reply.parts else reply.finish.content
    candidate = {
        "content": None if content is None else ordered(content, order["content"]),
        "finishReason": reply.finish.reason or None,
        "finishMessage": reply.finish.message or None,
        "groundingMetadata": grounding(call) if reply.finish.reason == STOP else None,
        "index": 0,
        **_beside_picture(call, reply),
    }
    fields = {
        "candidates": [ordered(candidate, order["candidate"])],
        "usageMetadata": reply.usage,
    }
    return _whole(call, fields)


def _beside_picture(call: Call, reply: Reply) -> Mapping[str, Any]:
    """What some models say of a candidate with a picture: ratings and, of a whole one, scores."""
    facts = spec.content_surface(call.surface.name).get("drawn", {"models": ""})
    drawn = any("text" not in part for part in reply.parts)
    if not drawn or not fnmatchcase(call.model.id, facts["models"]):
        return {}
    if reply.finish.reason != STOP:
        return {"safetyRatings": facts["safetyRatings"]}
    score = facts["avgLogprobs"] * reply.usage["candidatesTokenCount"]
    return {**facts, "score": round(score, 6)}


def _whole(call: Call, fields: Mapping[str, Any]) -> Body:
    """The fields of a body with those that every body has, in the order of the surface."""
    every = {
        "modelVersion": call.model.name,
        "createTime": create_time(call.moment),
        "responseId": response_id(call.moment, call.digest()),
    }
    return ordered({**fields, **every}, spec.content_surface(call.surface.name)["answer"]["body"])


def grounding(call: Call) -> Mapping[str, Any] | None:
    """What a call that searches is told about its search; None for others."""
    tools = call.parameters.get("tools", ())
    if not any(tool.keys() & {"googleSearch", "googleSearchRetrieval"} for tool in tools):
        return None
    return {"webSearchQueries": [call.prompt]}


def ordered(fields: Mapping[str, Any], order: Sequence[str]) -> Mapping[str, Any]:
    """Fields in an order; those that are None, or not in it, are left out."""
    return {name: fields[name] for name in order if fields.get(name) is not None}


WHOLE = Form("whole", lambda call, reply: [body(call, reply)], pretty, list)
"""The answer of `generateContent`: one body."""
