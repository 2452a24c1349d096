"""Why an answer has no picture: a blocked prompt, or a picture that is withheld."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Verdict
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import default_codes

STOP, MAX_TOKENS = "STOP", "MAX_TOKENS"


class Finish(NamedTuple):
    """How a candidate ends: its reason, the service's message, its content if it has no parts."""

    reason: str
    message: str = ""
    content: Mapping[str, Any] | None = None


def finish(call: Call) -> Finish:
    """How the candidate of a screened call ends."""
    forced = call.outcome.directives.get("finish")
    if forced:
        return _forced(forced, call)
    filtered = [verdict for verdict in call.verdicts if not verdict.passes]
    if not filtered:
        return Finish(STOP)
    return withheld(_by_filter()[filtered[0].cause or ""], filtered[0])


def _forced(text: str, call: Call) -> Finish:
    """The end that a directive such as `IMAGE_SAFETY:role` forces."""
    reason, _, form = text.partition(":")
    codes = call.outcome.directives.get("codes", default_codes())
    end = withheld(reason, Verdict({}, codes, "policy"))
    contents = spec.read(f"{spec.CONTENT}/outcomes.json")["contents"]["value"]
    return end._replace(content=contents[form]) if form else end


def withheld(reason: str, verdict: Verdict | None = None) -> Finish:
    """The end with a reason why there is no picture, its text as the service words it."""
    words = spec.read(f"{spec.CONTENT}/outcomes.json")["messages"].get(reason, {})
    code = next(iter(verdict.codes if verdict else ()), "")
    celebrity = code in spec.table("support_codes")["categories"]["Celebrity"]["input"]
    text = words.get("thirdParty" if celebrity else "text", words.get("text", ""))
    return Finish(reason, text.format(code=code), words.get("content"))


def block_reason(error: ApiError) -> str | None:
    """The `blockReason` of an error of the prompt, the forced one first; None for another error."""
    reason = blocked(error.id)
    forced = str(error.outcome.directives.get("block", ""))
    return forced if reason and forced and not forced.isdigit() else reason


def prompt_feedback(reason: str, surface: str) -> Mapping[str, str]:
    """What is told of a blocked prompt: the reason, in words too where the surface has some."""
    text = spec.read(f"{spec.CONTENT}/outcomes.json")["blockMessages"].get(surface)
    words = reason.lower().replace("_", " ")
    message = {"blockReasonMessage": text.format(reason=words)} if text else {}
    return {"blockReason": reason, **message}


def blocked(error_id: str) -> str | None:
    """The `blockReason` of a prompt that the filter refuses; None for any other error."""
    return _by_filter().get(error_id) if not error_id.startswith("x-") else None


def _by_filter() -> Mapping[str, str]:
    reasons: Mapping[str, str] = spec.read(f"{spec.CONTENT}/outcomes.json")["byFilter"]
    return reasons
