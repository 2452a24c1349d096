"""Pictures of the caller in the place of the kit's, for services that look at what they show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from imagen_fake.contract.bodies.pictures import media, to_base64
from imagen_fake.contract.exchange import Case


def with_own_pictures(cases: Iterable[Case], files: Mapping[str, bytes]) -> Sequence[Case]:
    """The cases with files in the place of the kit's plain picture, by fields of the instance.

    What a case is about, such as a broken picture or one of another format, stays. Raises
    ValueError for a field where no case has the plain picture.
    """
    every = list(cases)
    for field, data in files.items():
        changed = [_with_picture(case, field, to_base64(data)) for case in every]
        if changed == every:
            raise ValueError(f"No body has a picture in {field}.")
        every = changed
    return every


def _with_picture(case: Case, field: str, text: str) -> Case:
    body = case.body
    instances = body.get("instances") if isinstance(body, dict) else None
    if not isinstance(instances, list):
        return case
    own = [
        {**one, field: _replaced(one[field], text)}
        if isinstance(one, dict) and field in one
        else one
        for one in instances
    ]
    return replace(case, body={**body, "instances": own})


def _replaced(node: Any, text: str) -> Any:
    """A part of a body with another text for each plain picture."""
    if isinstance(node, Mapping):
        return {key: _replaced(child, text) for key, child in node.items()}
    if isinstance(node, list):
        return [_replaced(child, text) for child in node]
    return text if node == media()["bytesBase64Encoded"] else node
