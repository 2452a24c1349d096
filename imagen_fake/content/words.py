"""The words that come with a picture, or in place of one."""

import re

from imagen_fake.content import turns
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.enhance import rewrite, subject

NO_PICTURE = re.compile(
    r"\b(no|without( an?| any)?|not an?) (image|picture|illustration)s?\b", re.IGNORECASE
)
TALE = re.compile(r"\b(story|stories|poem|explain|describe|recipe|tell me)\b", re.IGNORECASE)
"""What is written, whether or not there is a picture to it."""


def wants_picture(call: Call) -> bool:
    """Whether a picture is asked for, or forced: not if the words, or the modalities, want none."""
    forced = call.outcome.directives.get("parts")
    if forced:
        return "image" in forced
    modalities = call.parameters.get("responseModalities", ())
    return not NO_PICTURE.search(call.prompt) and (not modalities or "IMAGE" in modalities)


def words(call: Call) -> str:
    """The text before the picture; empty where there is none."""
    forced = call.outcome.directives.get("parts")
    if forced:
        return "" if forced == "image" else rewrite(call.prompt, call.entropy(0))
    modalities = call.parameters.get("responseModalities", ())
    if modalities and "TEXT" not in modalities:
        return ""
    if TALE.search(call.prompt) or not wants_picture(call):
        return rewrite(call.prompt, call.entropy(0))
    habit = call.model.facts["talks"]["value"].get(call.surface.name, "never")
    if habit == "always" or (habit == "unasked" and not modalities):
        return _opening(call)
    return ""


def _opening(call: Call) -> str:
    facts = call.model.facts["talks"]
    edits = any(turns.pictures(call.instance["contents"]))
    return str(facts["edit" if edits else "picture"].format(subject=named(call)))


def named(call: Call) -> str:
    """What a prompt is about, as it stands in the middle of a sentence."""
    name = subject(call.prompt)
    lower = name[:1].lower() + name[1:]
    return lower if lower in call.prompt else name
