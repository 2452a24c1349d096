"""The outcome that directives force: an error, verdicts, scores, a fault on the wire."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.directives.directives import DirectiveError, Directives, outcomes, parse
from imagen_fake.pipeline.call import Call, Verdict
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.faults import fault
from imagen_fake.pipeline.redaction import masked

BLANK = "…"
PROJECT = re.compile("projects/([^/]+)")


def apply_prompt_directives(call: Call) -> Call:
    """The call with the outcome that its own prompt forces. Raises ApiError."""
    return with_outcome(call, outcomes(read(call.directives))) if call.directives else call


def with_outcome(call: Call, forced: Mapping[str, Any]) -> Call:
    """The call with a forced outcome."""
    variation, captioned = forced.get("seed", call.variation), forced.get("caption", call.captioned)
    return replace(call, forced=forced, variation=variation, captioned=captioned)


def shown_directives(forced: Mapping[str, Any]) -> Mapping[str, Any]:
    """Forced outcomes without the credentials in an error's text, the only text they have."""
    if "error" not in forced:
        return forced
    error_id, message = forced["error"]
    return {**forced, "error": (error_id, masked(message))}


def permitted(header: str, config: Config) -> str:
    """What the header X-Imagen-Fake asks for. Raises ApiError where nobody may ask by it."""
    if header and config.directives == "off":
        raise ApiError(
            "fake_refused",
            problem="no directives are taken from the header X-Imagen-Fake, since this fake has"
            " --directives off; send none, or add a rule.",
        )
    return header


def read(text: str) -> Directives:
    """The directives of a prompt or a header. Raises ApiError."""
    try:
        return parse(text)
    except DirectiveError as error:
        raise ApiError("fake_refused", problem=masked(str(error))) from None


@contextmanager
def errors_carry_outcome(call: Call) -> Iterator[None]:
    """Let whatever is refused in here carry what was forced, and the fault with it."""
    try:
        yield
    except ApiError as error:
        error.forced, error.fault = call.forced, fault(call)
        raise


def force(call: Call) -> Call:
    """The call, if nothing refuses it by force. Raises ApiError."""
    if "error" in call.forced:
        raise _error(call)
    if "block" in call.forced:
        codes = [call.forced["block"]]
        raise ApiError("prompt_sensitive", codes, task=call.task, model=call.model.name)
    return call


def filtered(call: Call, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """The verdicts with as many samples filtered as is forced, from the last on."""
    if "filter" not in call.forced:
        return verdicts
    count, codes = call.forced["filter"], call.forced.get("codes", usual_codes())
    passing = max(len(verdicts) - count, 0)
    return (
        *(replace(verdict, codes=(), cause=None) for verdict in verdicts[:passing]),
        *(replace(verdict, codes=codes, cause="threshold") for verdict in verdicts[passing:]),
    )


def usual_codes() -> tuple[str, ...]:
    """The support codes of a filtered picture where none are told."""
    return tuple(spec.table("support_codes")["categories"]["Violence"]["output"])


def _error(call: Call) -> ApiError:
    """The forced error; `BLANK` stands for whatever only a real one could speak of."""
    error_id, message = call.forced["error"]
    error = ApiError(error_id, message=message, **_words(call))
    error.fields = defaultdict(lambda: BLANK, error.fields)
    return error


def _words(call: Call) -> Mapping[str, Any]:
    """Everything that the texts of forced errors may speak of."""
    rpc = call.surface.facts.get("rpc", {})
    called = rpc.get("predict", {"method": "", "permission": ""})
    quota = call.model.facts["quota"]
    project = PROJECT.match(call.resource)
    return {
        "task": call.task,
        "call": "predict",
        "model": call.model.name,
        "resource": call.resource,
        "project": project[1] if project else BLANK,
        "version": call.version or "v1",
        "service": rpc.get("service", ""),
        "api": rpc.get("title", ""),
        "method": called["method"].format(version=call.version or "v1"),
        "permission": called["permission"],
        "base_model": quota["baseModel"],
        "limit": call.forced.get("limit", quota["requestsPerMinute"]),
        "seconds": call.forced.get("seconds", 60),
    }
