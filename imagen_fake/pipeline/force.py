"""Force an outcome upon a call: an error, verdicts, scores, a fault on the wire."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.directives.directives import DirectiveError, Directives, outcomes, parse
from imagen_fake.directives.values import MODEL
from imagen_fake.pipeline.call import NO_FAULT, Call, Fault, Outcome, Verdict
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.redaction import redact

BLANK = "…"
PREDICT, GENERATE = "predict", "generateContent"
"""The method that answers a call, as texts name it: a stream's is the same."""

CONTENT_ONLY = ("finish", "parts", "images", "block")
"""What has an effect on calls of generateContent alone; `block` where it has a reason."""

PROJECT = re.compile("projects/([^/]+)")


def apply_prompt_directives(call: Call) -> Call:
    """The call with the outcome that its own prompt forces. Raises ApiError."""
    return (
        with_outcome(call, outcomes(parse_directives(call.directives))) if call.directives else call
    )


def with_outcome(call: Call, directives: Directives) -> Call:
    """The call with the outcome that directives force."""
    return replace(
        call,
        outcome=Outcome(directives, fault(call, directives)),
        variation=directives.get("seed", call.variation),
        captioned=directives.get("caption", call.captioned),
    )


def fault(call: Call, directives: Directives) -> Fault:
    """What directives let go wrong on the wire when the call is answered."""
    names = [field.name for field in fields(Fault)]
    faults = {name: directives[name] for name in names if name in directives}
    if faults.get("delay") == MODEL:
        faults["delay"] = latency(call)
    return Fault(**faults) if faults else NO_FAULT


def latency(call: Call) -> float:
    """The seconds that the model took for such a call: the median that was observed."""
    table = spec.table("latencies")
    row = table["models"].get(call.model.id) or table["tasks"].get(call.task) or table["other"]
    return float(row["median"])


def redact_directives(directives: Directives) -> Directives:
    """Directives without the credentials in an error's text, the only text they have."""
    if "error" not in directives:
        return directives
    error_id, message = directives["error"]
    return {**directives, "error": (error_id, redact(message))}


def check_header(header: str, config: Config) -> str:
    """The directives of the header X-Imagen-Fake. Raises ApiError where none are permitted."""
    if header and config.directives == "off":
        raise ApiError(
            "fake_refused",
            problem="no directives are taken from the header X-Imagen-Fake, since this fake has"
            " --directives off; send none, or add a rule.",
        )
    return header


def parse_directives(text: str) -> Directives:
    """The directives of a prompt or a header. Raises ApiError."""
    try:
        return parse(text)
    except DirectiveError as error:
        raise ApiError("fake_refused", problem=redact(str(error))) from None


def force(call: Call) -> Call:
    """The call, if nothing refuses it by force. Raises ApiError."""
    directives = call.outcome.directives
    if "error" in directives:
        raise _error(call)
    refuse_foreign(call)
    if "block" in directives:
        codes = [directives["block"]] if directives["block"].isdigit() else []
        raise ApiError("prompt_sensitive", codes, task=call.task, model=call.model.name)
    return call


def refuse_foreign(call: Call) -> None:
    """Raise ApiError for directives that have no effect on a call of the task or surface."""
    directives = call.outcome.directives
    values = {name: str(directives[name]) for name in CONTENT_ONLY if name in directives}
    if values.get("block", "").isdigit():
        del values["block"]
    if not values:
        return
    name, value = next(iter(values.items()))
    if call.task != spec.CONTENT:
        problem = (
            f"{name}={value} is for generateContent, which this call is not; there are error,"
            " filter and block with a support code."
        )
        raise ApiError("fake_refused", problem=problem)
    homes = spec.read(f"{spec.CONTENT}/outcomes.json")["surfaces"]["value"]
    for reason in (value.partition(":")[0] for value in values.values()):
        if homes.get(reason, call.surface.name) != call.surface.name:
            problem = f"{reason} is a reason on the surface {homes[reason]} alone."
            raise ApiError("fake_refused", problem=problem)


@contextmanager
def told_outcome(call: Call) -> Iterator[None]:
    """Within, an ApiError is told what outcome was forced upon the call."""
    try:
        yield
    except ApiError as error:
        error.outcome = call.outcome
        raise


def force_verdicts(call: Call, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """The verdicts with as many samples filtered as is forced, from the last on."""
    directives = call.outcome.directives
    if "filter" not in directives:
        return verdicts
    count, codes = directives["filter"], directives.get("codes", default_codes())
    passing = max(len(verdicts) - count, 0)
    return (
        *(replace(verdict, codes=(), cause=None) for verdict in verdicts[:passing]),
        *(replace(verdict, codes=codes, cause="threshold") for verdict in verdicts[passing:]),
    )


def default_codes() -> tuple[str, ...]:
    """The support codes of a picture filtered by force where no directive names any."""
    return tuple(spec.table("support_codes")["categories"]["Violence"]["output"])


def _error(call: Call) -> ApiError:
    """The forced error; `BLANK` stands for whatever only a real one could speak of."""
    error_id, message = call.outcome.directives["error"]
    error = ApiError(error_id, message=message, **_words(call))
    error.fields = defaultdict(lambda: BLANK, error.fields)
    return error


def _seconds(directives: Directives) -> int:
    """How many seconds an error asks to wait, where its text or its details do."""
    seconds: int = directives.get("retry-after", directives.get("seconds", 60))
    return seconds


def _words(call: Call) -> Mapping[str, Any]:
    """Everything that the texts of forced errors may speak of."""
    rpc = call.surface.facts.get("rpc", {})
    rpc_name = GENERATE if call.task == spec.CONTENT else PREDICT
    called = rpc.get(rpc_name, {"method": "", "permission": ""})
    quota = call.model.facts["quota"]
    project = PROJECT.match(call.resource)
    return {
        "task": call.task,
        "call": rpc_name,
        "model": call.model.name,
        "resource": call.resource,
        "project": project[1] if project else BLANK,
        "version": call.version or "v1",
        "service": rpc.get("service", ""),
        "api": rpc.get("title", ""),
        "method": called["method"].format(version=call.version or "v1"),
        "permission": called["permission"],
        "base_model": quota["baseModel"],
        "limit": call.outcome.directives.get("limit", quota["requestsPerMinute"]),
        "seconds": _seconds(call.outcome.directives),
    }
