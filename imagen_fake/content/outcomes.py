"""Why an answer has no picture: a blocked prompt, or a picture that is withheld."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Verdict

STOP = "STOP"


class Finish(NamedTuple):
    """How a candidate ends: its reason, the service's message, its content if it has no parts."""

    reason: str
    message: str = ""
    content: Mapping[str, Any] | None = None


def finish(call: Call) -> Finish:
    """How the candidate of a screened call ends."""
    filtered = [verdict for verdict in call.verdicts if not verdict.passes]
    if not filtered:
        return Finish(STOP)
    return withheld(_by_filter()[filtered[0].cause or ""], filtered[0])


def withheld(reason: str, verdict: Verdict | None = None) -> Finish:
    """The end with a reason why there is no picture, its text as the service words it."""
    words = spec.read(f"{spec.CONTENT}/outcomes.json")["messages"].get(reason, {})
    code = next(iter(verdict.codes if verdict else ()), "")
    celebrity = code in spec.table("support_codes")["categories"]["Celebrity"]["input"]
    text = words.get("thirdParty" if celebrity else "text", words.get("text", ""))
    return Finish(reason, text.format(code=code), words.get("content"))


def blocked(error_id: str) -> str | None:
    """The `blockReason` of a prompt that the filter refuses; None for any other error."""
    return _by_filter().get(error_id) if not error_id.startswith("x-") else None


def _by_filter() -> Mapping[str, str]:
    reasons: Mapping[str, str] = spec.read(f"{spec.CONTENT}/outcomes.json")["byFilter"]
    return reasons
