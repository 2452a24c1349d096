"""Every probe, in an order in which they can be sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.probes.content.outcomes import content_outcome_probes
from imagen_fake.contract.probes.content.parts import content_part_probes
from imagen_fake.contract.probes.content.rejections import content_refusal_probes
from imagen_fake.contract.probes.content.relations import content_relation_probes
from imagen_fake.contract.probes.content.streams import content_stream_probes
from imagen_fake.contract.probes.content.values import content_value_probes
from imagen_fake.contract.probes.credentials import credential_probes
from imagen_fake.contract.probes.drawings import drawing_probes
from imagen_fake.contract.probes.filters import filter_probes
from imagen_fake.contract.probes.forced import forced_error_probes, setting_probes
from imagen_fake.contract.probes.hosts import host_probes
from imagen_fake.contract.probes.life_cycle import life_cycle_probes
from imagen_fake.contract.probes.model_lists import model_list_probes
from imagen_fake.contract.probes.objects import object_probes
from imagen_fake.contract.probes.paths import path_probes
from imagen_fake.contract.probes.precedence import precedence_probes, quota_probes
from imagen_fake.contract.probes.predictions import prediction_probes
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.storage import storage_probes
from imagen_fake.contract.probes.tokens import token_probes

PROBE_LISTS: Mapping[str, Callable[[], Iterable[Probe]]] = {
    one.__name__: one
    for one in (
        life_cycle_probes,
        model_list_probes,
        path_probes,
        filter_probes,
        forced_error_probes,
        setting_probes,
        credential_probes,
        token_probes,
        host_probes,
        storage_probes,
        object_probes,
        prediction_probes,
        drawing_probes,
        precedence_probes,
        quota_probes,
        content_value_probes,
        content_part_probes,
        content_refusal_probes,
        content_relation_probes,
        content_stream_probes,
        content_outcome_probes,
    )
}
"""The lists by name. Later probes of one may refer to what the answers to earlier ones held."""


def probes(lists: Iterable[str] = tuple(PROBE_LISTS)) -> Iterator[Probe]:
    """The probes of some lists; they are the same on every machine."""
    for name in lists:
        for probe in PROBE_LISTS[name]():
            yield replace(probe, list_name=name)


def probes_of(cases: Sequence[Case], lists: Iterable[str] = tuple(PROBE_LISTS)) -> Iterator[Probe]:
    """The predictions among the probes that are of the same models and tasks as some cases.

    With the cases of every model on their surfaces go all probes of these surfaces. What prepares
    a probe goes with it in any case.
    """
    surfaces = {case.surface for case in cases}
    tasks = {(case.model, case.task) for case in cases}
    everything = tasks.issuperset(
        (one.model, one.task) for one in operations() if one.surface in surfaces
    )

    def is_selected(probe: Probe) -> bool:
        of_these = everything or (probe.case.model, probe.case.task) in tasks
        return of_these and probe.case.surface in surfaces

    listed = list(probes(lists))
    prepared = {(one.list_name, one.setting) for one in listed if is_selected(one)}
    for probe in listed:
        prepares = probe.prepares and (probe.list_name, probe.setting) in prepared
        if is_selected(probe) or prepares:
            yield probe
