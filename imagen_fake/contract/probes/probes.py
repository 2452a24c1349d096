"""Every probe: what is asked beside the cases, in an order in which they can be asked."""

from collections.abc import Callable, Iterable, Iterator

from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.probes.answers import of_answers
from imagen_fake.contract.probes.credentials import of_credentials
from imagen_fake.contract.probes.drawings import of_drawings
from imagen_fake.contract.probes.filters import of_filters
from imagen_fake.contract.probes.forced import of_forced, of_settings
from imagen_fake.contract.probes.hosts import of_hosts
from imagen_fake.contract.probes.life import of_life
from imagen_fake.contract.probes.lists import of_lists
from imagen_fake.contract.probes.paths import of_paths
from imagen_fake.contract.probes.probing import Probe
from imagen_fake.contract.probes.storage import of_storage
from imagen_fake.contract.probes.tokens import of_tokens

LISTS: tuple[Callable[[], Iterable[Probe]], ...] = (
    of_life,
    of_lists,
    of_paths,
    of_filters,
    of_forced,
    of_settings,
    of_credentials,
    of_tokens,
    of_hosts,
    of_storage,
    of_answers,
    of_drawings,
)
"""Where probes come from; within a list later ones may speak of what earlier ones were told."""


def probes() -> Iterator[Probe]:
    """The list of probes; it is the same on every machine."""
    for of_one in LISTS:
        yield from of_one()


def probes_of(cases: Iterable[Case]) -> Iterator[Probe]:
    """The probes that go with some cases: predictions of the same models and tasks.

    With the cases of every model go all the probes.
    """
    asked = {(case.model, case.task) for case in cases}
    whole = asked.issuperset((form.model, form.task) for form in forms())
    yield from (probe for probe in probes() if whole or _of(probe.case) in asked)


def _of(case: Case) -> tuple[str, str]:
    return case.model, case.task
