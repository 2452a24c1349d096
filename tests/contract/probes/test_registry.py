"""The list of probes: all are asked, each has a name and touches facts."""

import pytest

from imagen_fake.contract.bodies.cases import every_case, operations
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.registry import PROBE_LISTS, probes, probes_of
from imagen_fake.contract.suite import run
from imagen_fake.contract.targets.settings import SETTINGS
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.contract.probe_answers import true_answers
from tests.contract.sample_cases import PLAIN

ALL = list(probes())


def test_the_fake_passes_every_probe() -> None:
    result = true_answers().result
    assert result.passed, [(one.case.name, one.difference) for one in result.findings]
    assert result.calls == len(ALL)


def test_a_probe_without_judges_is_judged_as_a_case_is() -> None:
    for probe in ALL:
        assert probe.expectations or (probe.request is None and probe.case.violation)


def test_no_two_probes_have_the_same_name() -> None:
    names = [probe.case.name for probe in ALL]
    assert len(set(names)) == len(names)


def test_whatever_a_probe_touches_is_a_fact() -> None:
    for probe in ALL:
        assert probe.case.facts
        for pointer in probe.case.facts:
            assert fact(pointer)


def test_probes_that_need_a_setting_are_not_asked_of_another_application() -> None:
    async def nothing(*_: object) -> None:
        raise AssertionError

    target = InProcessTarget(nothing)
    assert run(target, [], [], probes=ALL).calls == 0
    target.close()


def test_the_fake_is_set_in_every_way_there_is() -> None:
    assert SETTINGS.keys() <= {probe.setting for probe in ALL}


def test_with_the_cases_of_one_model_go_its_own_predictions() -> None:
    few = [probe for probe in probes_of([PLAIN]) if not probe.prepares]
    assert few
    assert {(probe.case.model, probe.case.task) for probe in few} == {(PLAIN.model, PLAIN.task)}


@pytest.mark.parametrize("surface", ["vertex", "gemini", "openai", "aiml"])
def test_with_all_cases_of_a_surface_go_its_probes(surface: str) -> None:
    cases = [case for case in every_case() if case.surface == surface]
    own = [probe.case.name for probe in ALL if probe.case.surface == surface]
    assert own
    selected = [probe for probe in probes_of(cases) if probe.case.surface == surface]
    assert [probe.case.name for probe in selected] == own


PARTS = [
    *({"surface": surface} for surface in ("vertex", "gemini", "openai", "aiml")),
    *({"task": task} for task in sorted({one.task for one in operations()})),
    *({"model": model} for model in sorted({one.model for one in operations()})),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: " ".join(part.values()))
def test_what_a_probe_rests_on_goes_with_it_whatever_is_selected(part: dict[str, str]) -> None:
    cases = [
        one.case("any", None)
        for one in operations()
        if all(getattr(one, name) == value for name, value in part.items())
    ]
    result = run(InProcessTarget(), [], [], probes=probes_of(cases))
    assert result.passed, [(one.case.name, one.difference) for one in result.findings]


@pytest.mark.parametrize("surface", ["vertex", "gemini", "openai", "aiml"])
def test_a_url_is_sent_the_probes_of_the_selected_surface_alone(surface: str) -> None:
    cases = [one.case("any", None) for one in operations() if one.surface == surface]
    anywhere = [probe for probe in probes_of(cases) if not probe.setting]
    assert {probe.case.surface for probe in anywhere} <= {surface}


@pytest.mark.parametrize("name", PROBE_LISTS)
def test_a_list_can_be_taken_alone_and_its_probes_name_it(name: str) -> None:
    listed = list(probes_of(every_case(), [name]))
    assert {probe.list_name for probe in listed} == {name}
    assert [probe.case.name for probe in listed] == [
        probe.case.name for probe in PROBE_LISTS[name]()
    ]


def test_with_all_cases_go_all_probes() -> None:
    assert len(list(probes_of(every_case()))) == len(ALL)
