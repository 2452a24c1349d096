"""Whether a call is one that a rule is about."""

from collections.abc import Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.directives.patterns import MATCHED
from imagen_fake.pipeline.call import Call

MAX_PROMPT_LENGTH = 2**13
"""How many characters of a prompt are looked at."""


def matches(patterns: Mapping[str, Any], call: Call) -> bool:
    """Whether a call is one that all of the patterns match, and of the project they name."""
    return patterns.get("project", call.project) == call.project and all(
        any(patterns[part].match(name) for name in names)
        for part, names in zip(MATCHED, _names(call), strict=True)
        if part in patterns
    )


def _names(call: Call) -> tuple[tuple[str, ...], ...]:
    """What a call goes by: a dialect beside its surface, an alias beside its model."""
    resource_id = call.resource.rpartition("/")[2]
    return (
        (call.surface.name, *filter(None, [call.dialect])),
        (call.model.id, *filter(spec.all_model_ids().__contains__, [resource_id])),
        (call.task,),
        (call.prompt[:MAX_PROMPT_LENGTH],),
    )
