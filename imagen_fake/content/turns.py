"""The turns of a conversation: whose each is, the pictures in them, and signatures sent back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from imagen_fake import spec
from imagen_fake.content import signatures
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.media import decode
from imagen_fake.spec import Model

Content = Mapping[str, Any]
USER, MODEL = "user", "model"
PICTURE = "image/"


class PictureIn(NamedTuple):
    """A picture, or another file: its place from 0, and the field `inlineData` or `fileData`."""

    content: int
    part: int
    media: Mapping[str, Any]


def with_roles(contents: Sequence[Content]) -> list[Content]:
    """The contents, their roles in lower case; one without a role is the user's."""
    return [{**content, "role": content.get("role", USER).lower()} for content in contents]


def last_user_turn(contents: Sequence[Content]) -> int | None:
    """The place of the user's last turn; None without any."""
    places = [place for place, content in enumerate(contents) if content["role"] == USER]
    return places[-1] if places else None


def texts(content: Content) -> list[str]:
    """The words of a turn, part by part; thoughts are none."""
    return [part["text"] for part in content["parts"] if "text" in part and not part.get("thought")]


def pictures(contents: Sequence[Content]) -> Iterator[PictureIn]:
    """Every picture, in order."""
    return (one for one in files(contents) if one.media.get("mimeType", "").startswith(PICTURE))


def files(contents: Sequence[Content]) -> Iterator[PictureIn]:
    """Every part with a file, whatever its type, in order."""
    for number, content in enumerate(contents):
        for place, part in enumerate(content["parts"]):
            media = part.get("inlineData") or part.get("fileData")
            if media:
                yield PictureIn(number, place, media)


def check_parts(contents: Sequence[Content], model: Model) -> None:
    """Raise ApiError for a part that is empty, or holds what the model does not take."""
    accepted = model.facts["inputTypes"]["value"]
    for number, content in enumerate(contents):
        for place, part in enumerate(content["parts"]):
            path = f"contents[{number}].parts[{place}]"
            if not part and content["role"] == USER:
                raise ApiError("content_empty_part", task=spec.CONTENT, path=path)
            media = part.get("inlineData") or part.get("fileData")
            if media is not None:
                _check_media(media, accepted, path)
    _check_count(contents, model)


def _check_media(media: Mapping[str, Any], accepted: Sequence[str], path: str) -> None:
    if "data" not in media and "fileUri" not in media:
        raise ApiError("content_empty_part", task=spec.CONTENT, path=path)
    kind, uri = media.get("mimeType", ""), media.get("fileUri", "gs://")
    if not uri.startswith("gs://"):
        raise ApiError("content_file_uri", task=spec.CONTENT, value=uri[:200])
    if kind not in accepted:
        raise ApiError("content_mime_type", task=spec.CONTENT, value=kind[:100])


def _check_count(contents: Sequence[Content], model: Model) -> None:
    limit, count = model.facts["maxImages"]["value"], len(list(pictures(contents)))
    if limit is not None and count > limit:
        raise ApiError(
            "content_too_many_images", task=spec.CONTENT, count=count, limit=limit, model=model.name
        )


def check_signatures(
    contents: Sequence[Content], model: Model, surface: str, media: Mapping[str, memoryview]
) -> None:
    """Raise ApiError for a picture of the model that came back without its signature, unaltered.

    `media` are the texts that were cut out of the body, by their marks.
    """
    if model.facts["signatures"]["value"] is None:
        return
    signer = signatures.issuer(model.id, surface)
    for number, place, _ in pictures(contents):
        part = contents[number]["parts"][place]
        if contents[number]["role"] != MODEL or "inlineData" not in part:
            continue
        if not part.get("thoughtSignature"):
            position: dict[str, Any] = {"content": number + 1, "part": place + 1}
            raise ApiError("content_signature_missing", task=spec.CONTENT, **position)
        if not _is_genuine(part, signer, media):
            raise ApiError("content_signature_invalid", task=spec.CONTENT)


def _is_genuine(part: Content, signer: signatures.Issuer, media: Mapping[str, memoryview]) -> bool:
    """Whether the signature of a picture is its own, or a dummy that is taken for any."""
    text, data = part["thoughtSignature"], part["inlineData"]["data"]
    fields = spec.task_schema(spec.CONTENT)["$defs"]["Part"]["properties"]
    if text in fields["thoughtSignature"]["x-dummies"]["value"]:
        return True
    try:
        signature, picture = (decode(media.get(one, one), url_safe=True) for one in (text, data))
    except ValueError:
        return False
    return signatures.verify(signature, picture, signer)


def without_signatures(contents: Sequence[Content]) -> list[Content]:
    """The contents without what only proves where they come from."""
    return [
        {**content, "parts": [_without(part, "thoughtSignature") for part in content["parts"]]}
        for content in contents
    ]


def _without(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {key: value for key, value in part.items() if key != name}
