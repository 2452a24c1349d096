"""Probes of the life of models: before the launch, deprecated, retired, never there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.bodies.chosen import painting
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.rules import plain_body
from imagen_fake.contract.bodies.touch import error_text
from imagen_fake.contract.exchange import Broken, Case
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.probes.judges import headed, status, unheaded
from imagen_fake.contract.probes.probing import Judge, Probe, predicting
from imagen_fake.contract.targets.settings import AS_OF

WARNINGS = "x-imagen-fake-warnings"
NEVER = "imagen-9.9-never-made-001"
"""A model that nobody has."""

DAY = timedelta(days=1)


def of_life() -> Iterator[Probe]:
    """The probes of every model on every surface that has it."""
    for form in _each_once():
        known = spec.model(form.model)
        pointer = f"models/{form.model}.json#/lifeCycle/{form.surface}"
        yield from _of_cycle(form, known.life_cycle(form.surface) if known else {}, pointer)
    for surface in spec.surfaces():
        yield _of_nobody(surface)


def _of_cycle(form: Form, cycle: Mapping[str, Any], pointer: str) -> Iterator[Probe]:
    if "launched" in cycle:
        yield _refused(form, _before(cycle["launched"]), "model_not_found", pointer)
        yield _there(form, cycle["launched"], pointer)
    if "deprecated" in cycle:
        yield _there(form, _before(cycle["deprecated"]), pointer, unheaded(pointer, WARNINGS))
        said = headed(pointer, WARNINGS, f"retired on {cycle['retired']}", part=True)
        yield _there(form, cycle["deprecated"], pointer, said)
    if "retired" in cycle:
        yield _there(form, _before(cycle["retired"]), pointer)
        yield _refused(form, cycle["retired"], cycle["error"], pointer)


def _refused(form: Form, day: str, error: str, pointer: str) -> Probe:
    facts = frozenset({pointer, error_text(replace(form, task="generate"), error)})
    told = Broken("lifeCycle", "", error)
    case = _case(form, f"as of {day}, when it was not there", facts, told)
    # A model that is not there has no task: its refusals open as those of generating do.
    case = replace(case, task="generate")
    return predicting(case, status(404, pointer), setting=AS_OF + day)


def _there(form: Form, day: str, pointer: str, *judges: Judge) -> Probe:
    case = _case(form, f"as of {day}, when it was there", frozenset({pointer}))
    return predicting(case, status(200, pointer), *judges, setting=AS_OF + day)


def _of_nobody(surface: str) -> Probe:
    """A model that was never there."""
    form = painting(surface)
    body = plain_body(form)
    asked = {**body, "model": NEVER} if surface in DIALECTS else body
    facts = frozenset({error_text(form, "model_not_found")})
    told = Broken("model", "", "model_not_found")
    named = f"{surface} {NEVER} generate: a model that was never there"
    return predicting(Case(named, surface, NEVER, "generate", asked, told, facts))


def _case(form: Form, name: str, facts: frozenset[str], broken: Broken | None = None) -> Case:
    named = f"{form.surface} {form.model} {form.task}: {name}"
    body = plain_body(form)
    return Case(named, form.surface, form.model, form.task, body, broken, facts)


def _each_once() -> Iterator[Form]:
    """Each model on each surface that has models of its own, asked for its first task."""
    seen = set[tuple[str, str]]()
    for form in forms():
        lives = "lifeCycle" in spec.read(f"models/{form.model}.json")
        if form.surface not in DIALECTS and lives and (form.model, form.surface) not in seen:
            seen.add((form.model, form.surface))
            yield form


def _before(day: str) -> str:
    return (date.fromisoformat(day) - DAY).isoformat()
