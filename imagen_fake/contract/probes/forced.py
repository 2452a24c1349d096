"""Probes of forced errors, and of settings that refuse what the service takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.chosen import painting
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.rules import plain_body
from imagen_fake.contract.bodies.touch import error_text
from imagen_fake.contract.checks.reading import error
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Broken, Case, Difference, Exchange
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.contract.facts.places import value
from imagen_fake.contract.facts.wording import shown_id, words
from imagen_fake.contract.probes.judges import holds, resting, shaped, status
from imagen_fake.contract.probes.probing import Judge, Probe, predicting
from imagen_fake.contract.targets.settings import SMALL

PAINTING = painting("vertex")

WARNED: Sequence[tuple[Form, int, Mapping[str, Any]]] = (
    (PAINTING, 0, {"seed": 7, "addWatermark": False, "enhancePrompt": True}),
    (PAINTING, 1, {"outputOptions": {"mimeType": "image/webp", "compressionQuality": 50}}),
    (Form("imagegeneration@006", "legacy_edit", "vertex"), 1, {"seed": 7, "addWatermark": True}),
)
"""Parameters that deserve a warning of the task, by its number."""

FORCED = "errors.json#/byStatus"
CODED = ("images_filtered", "prompt_sensitive", "prompt_threshold", "prompt_person")
"""The errors that OpenAI's clients know a code of, of those that a directive brings forth."""

UNPROVOKED = (
    "closed_to_new_users", "capability_unavailable", "billed_users_only", "location_unsupported",
    "service_disabled", "response_blocked", "input_blocked", "edit_input_people",
)  # fmt: skip
"""Refusals that only Google can decide on, so that nothing but force shows them."""


def of_forced() -> Iterator[Probe]:
    """The probes of every status that can be forced, on every surface."""
    for surface in spec.surfaces():
        form = painting(surface)
        for name, told in _by_status().items():
            judges = _in_openais_words(told) if surface == "openai" else ()
            case = _broken(form, f"a forced {name}", told)
            yield predicting(
                case, _as_status(name), *judges, setting="itself", header=f"error={name}"
            )
    form = painting("vertex")
    for told in UNPROVOKED:
        case = _broken(form, f"a forced {told}", told)
        yield predicting(case, setting="itself", header=f"error={told}")
    form = painting("openai")
    for told in CODED:
        case = _broken(form, f"a forced {told}", told)
        judges = _in_openais_words(told)
        yield predicting(case, *judges, setting="itself", header=f"error={told}")


def of_settings() -> Iterator[Probe]:
    """The probes of a fake that is strict, and of one that reads small bodies only."""
    for surface in spec.surfaces():
        form = painting(surface)
        where = _part(surface)
        odd = _with(plain_body(form), where, "aFieldOfNobody", 1)
        yield predicting(_broken(form, "strict with a field of nobody", "strict_warning", odd),
                         setting="strict")  # fmt: skip
        if surface != "openai":  # a body that is not read speaks no dialect but its place's
            long = _with(plain_body(form), where, "aFieldOfNobody", "x" * SMALL)
            case = _broken(form, "more bytes than are read", "body_too_large", long)
            yield predicting(case, _limited(), setting="small bodies")
    yield from _warned()


def _warned() -> Iterator[Probe]:
    """What a strict fake refuses in the words of its warning."""
    for form, number, parameters in WARNED:
        pointer = f"tasks/{form.task}.json#/x-warnings/{number}"
        body = plain_body(form)
        body["parameters"] = {**body.get("parameters", {}), **parameters}
        judge = holds(pointer, value(f"{pointer}/text"), "error", "message")
        yield predicting(_broken(form, f"strict with {pointer}", "strict_warning", body), judge,
                         setting="strict")  # fmt: skip


def _by_status() -> dict[str, str]:
    table = spec.read("errors.json")["byStatus"]
    return {name: told for name, told in table.items() if not name.startswith("x-")}


def _broken(form: Form, name: str, told: str, body: Any = None) -> Case:
    """A body that is refused, whatever it asks for."""
    named = f"{form.surface} {form.model} {form.task}: {name}"
    facts = frozenset({error_text(form, told)})
    asked = plain_body(form) if body is None else body
    return Case(
        named, form.surface, form.model, form.task, asked, Broken("forced", "", told), facts
    )


def _as_status(name: str) -> Judge:
    """The HTTP status of a canonical code, of whatever text it has."""
    http = spec.table("status_codes")["codes"][name]["http"]
    pointers = (FORCED, "tables/status_codes.json#")

    def judge(exchange: Exchange) -> Iterator[Difference]:
        for pointer in pointers:
            yield from status(http, pointer)(exchange)

    return resting(judge, *pointers)


def _in_openais_words(told: str) -> tuple[Judge, ...]:
    """The type and the code of an error as OpenAI's clients read them."""
    facts = spec.surface("openai").facts
    shown = spec.surface("openai").error(told)
    canonical = spec.read("errors.json")["errors"][shown]["status"]
    http = str(spec.table("status_codes")["codes"][canonical]["http"])
    types, codes = facts["types"]["value"], facts["codes"]["value"]
    return (
        shaped("openai_error"),
        holds("surfaces/openai.json#/types", types.get(http, types["other"]), "error", "type"),
        holds("surfaces/openai.json#/codes", codes.get(shown), "error", "code"),
    )


def _limited() -> Judge:
    """The limit that a refused body is told of."""
    pointer = "errors.json#/errors/body_too_large"

    def judge(exchange: Exchange) -> Iterator[Difference]:
        told = shown_id(exchange.case, "body_too_large")
        message = str(error(exchange.response).get("message", ""))
        found = words(exchange.case, told, message)
        if found is None or found["limit"] != str(SMALL):
            yield differs("value", fact(pointer), SMALL, message)

    return resting(judge, pointer)


def _part(surface: str) -> str:
    """Where a body has its parameters; empty: at the top."""
    return "" if surface in DIALECTS else "parameters"


def _with(body: Any, part: str, name: str, value: Any) -> Any:
    if part:
        return {**body, part: {**body.get(part, {}), name: value}}
    return {**body, name: value}
