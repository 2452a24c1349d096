"""Every probe, in an order in which they can be sent."""

from collections.abc import Callable, Iterable, Iterator

from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.probes.credentials import credential_probes
from imagen_fake.contract.probes.drawings import drawing_probes
from imagen_fake.contract.probes.filters import filter_probes
from imagen_fake.contract.probes.forced import forced_error_probes, setting_probes
from imagen_fake.contract.probes.hosts import host_probes
from imagen_fake.contract.probes.life_cycle import life_cycle_probes
from imagen_fake.contract.probes.model_lists import model_list_probes
from imagen_fake.contract.probes.paths import path_probes
from imagen_fake.contract.probes.predictions import prediction_probes
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.storage import storage_probes
from imagen_fake.contract.probes.tokens import token_probes

PROBE_LISTS: tuple[Callable[[], Iterable[Probe]], ...] = (
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
    prediction_probes,
    drawing_probes,
)
"""Within a list later probes may refer to what the answers to earlier ones held."""


def probes() -> Iterator[Probe]:
    """All probes; they are the same on every machine."""
    for listed in PROBE_LISTS:
        yield from listed()


def probes_of(cases: Iterable[Case]) -> Iterator[Probe]:
    """The predictions among the probes that are of the same models and tasks as some cases.

    With the cases of every model go all probes.
    """
    selected = {(case.model, case.task) for case in cases}
    everything = selected.issuperset((one.model, one.task) for one in operations())
    for probe in probes():
        if everything or (probe.case.model, probe.case.task) in selected:
            yield probe
