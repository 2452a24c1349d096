"""Tests that share a fake hear nothing of one another: each has a project of its own."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.config import Config
from imagen_fake.middleware.project import MAX_TEXTS, is_fit
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import predict
from imagen_fake.state.journal import MAX_CALLS, Journal
from imagen_fake.state.rule import MAX_COUNTERS
from imagen_fake.state.state import State
from imagen_fake.surfaces.model_paths import match
from imagen_fake.surfaces.predict_call import PredictCall
from tests.conftest import RESOURCE, request_body, understood
from tests.state.test_journal import Asking

PATH = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"
HEADER = "x-imagen-fake-project"


def begin(state: State, project: str, directives: str = "") -> Callable[[], int]:
    """A call whose request has arrived; what is returned answers it, with that status."""
    matched = match(PATH)
    assert matched
    headers = [(HEADER.encode(), project.encode())] if project else []
    if directives:
        headers.append((b"x-imagen-fake", directives.encode()))
    memory = state.snapshot()
    scope = {"method": "POST", "path": PATH, "headers": headers, "query_string": b""}
    call = matched[0].call(memory, scope, matched[1])
    assert isinstance(call, PredictCall)
    call.receive(request_body("a red apple", sampleCount=1))
    return lambda: predict(call, memory).status


def ask(state: State, project: str, directives: str = "") -> int:
    return begin(state, project, directives)()


class Alone:
    """What one project ought to see: as if it had a fake of its own."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.rules = 0
        self.errors_left = 0
        self.headers = 0

    def ask(self) -> int:
        status = 503 if self.errors_left else 200
        self.errors_left -= bool(self.errors_left)
        self.statuses.append(status)
        return status


PROJECTS = ("a", "b", "c")
STEPS = st.lists(
    st.tuples(st.sampled_from(PROJECTS), st.sampled_from(["ask", "rule", "reset"])), max_size=25
)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_each_project_sees_what_it_would_see_alone(steps: list[tuple[str, str]]) -> None:
    state, alone = State(), {project: Alone() for project in PROJECTS}
    for project, step in steps:
        expected = alone[project]
        if step == "ask":
            assert ask(state, project) == expected.ask()
        elif step == "rule":
            state.rules.add(f"project={project} error=503 times=1", f"rule-{expected.rules}")
            expected.rules, expected.errors_left = expected.rules + 1, expected.errors_left + 1
        else:
            state.reset(project)
            alone[project] = Alone()
    for project, expected in alone.items():
        assert [called.status for called in state.journal.of(project)] == expected.statuses
        assert len(state.rules.of(project)) == expected.rules
    assert [called.number for called in state.journal] == sorted(
        called.number for project in PROJECTS for called in state.journal.of(project)
    )


def test_a_rule_without_a_project_holds_for_all_and_stays() -> None:
    state = State(Config(rules=("error=503", "project=a error=429")))
    state.rules.add("project=b error=500")
    assert [ask(state, project) for project in ("a", "b", "")] == [503, 503, 503]
    state.reset("b")
    assert [(rule.directives, rule.seen) for rule in state.rules] == [
        ("error=503", 3), ("project=a error=429", 0),
    ]  # fmt: skip


def test_a_rule_of_the_configuration_for_a_project_counts_anew_in_its_place_after_a_reset() -> None:
    state = State(Config(rules=("project=a error=429 times=1", "error=503")))
    assert [ask(state, "a"), ask(state, "a")] == [429, 503]
    state.reset("a")
    assert [ask(state, "a"), ask(state, "a"), ask(state, "b")] == [429, 503, 503]
    state.rules.clear("a")
    state.reset("a")
    assert [rule.directives for rule in state.rules] == ["error=503"]


def test_what_headers_count_is_counted_and_forgotten_by_project() -> None:
    state, directives = State(), "error=429 times=1"
    assert [ask(state, project, directives) for project in "abab"] == [429, 429, 200, 200]
    state.reset("a")
    assert [ask(state, project, directives) for project in "abab"] == [429, 200, 200, 200]


def test_a_quota_is_used_up_and_forgotten_by_project() -> None:
    state = State(Config(rules=("quota=1 clock=manual",)))
    assert [ask(state, project) for project in "abab"] == [200, 200, 429, 429]
    state.reset("a")
    assert [ask(state, project) for project in "abab"] == [200, 429, 429, 429]


def test_the_clock_the_settings_and_the_objects_are_everybodys() -> None:
    state = State()
    state.configure(strict=True)
    state.rules.clock.advance(60)
    generation = state.generation
    state.reset("a")
    assert (state.config.strict, state.rules.clock.manual) == (True, 60)
    assert state.generation is generation


def test_errors_of_the_fake_are_those_of_a_project() -> None:
    state = State()
    for project in ("a", "b", "a"):
        state.note_error(ValueError(project), project)
    assert [len(state.errors_of(project)) for project in ("a", "b", "c", None)] == [2, 1, 0, 3]
    state.reset("a")
    assert state.errors == state.errors_of("b") == ["ValueError: b\n"]


def test_what_began_before_the_reset_of_its_project_leaves_nothing_behind() -> None:
    state = State()
    late, other = (begin(state, project, "error=429 times=1") for project in "ab")
    state.reset("a")
    state.rules.add("error=503")
    state.rules.add("project=a error=503")
    assert (late(), other()) == (429, 429)
    assert [called.project for called in state.journal] == ["b"]
    assert [rule.seen for rule in state.rules] == [1, 0]
    assert ask(state, "a", "error=429 times=1") == 429


def asking(project: str, raw: bytes = b"{}") -> Asking:
    return Asking(raw, **{HEADER: project})


def test_a_project_that_asks_much_drops_no_calls_of_another() -> None:
    journal = Journal(calls=10)
    for number in range(50):
        journal.add(asking("noisy"), Answer(200, b"{}"), 0.0)
        if number in (0, 20, 40):
            journal.add(asking("quiet"), Answer(200, b"{}"), 0.0)
    assert len(journal.of("quiet")) == 3
    assert len(journal.of("noisy")) == 7
    assert (journal.shed_of("quiet").calls, journal.shed_of("noisy").calls) == (0, 43)
    assert (journal.shed.calls, journal.total) == (43, 53)


def test_where_every_test_has_a_project_of_its_own_the_newest_keeps_its_calls() -> None:
    journal = Journal(calls=200)
    for test in range(100):
        for _ in range(3):
            journal.add(asking(f"test-{test}"), Answer(200, b"{}"), 0.0)
    for _ in range(20):
        journal.add(asking("now"), Answer(200, b"{}"), 0.0)
    assert len(journal.of("now")) == 20
    assert [called.number for called in journal] == [*range(121, 321)]


def test_nor_do_its_large_calls_drop_the_bodies_of_another() -> None:
    journal = Journal(limit=200_000)
    journal.add(asking("quiet", b'{"a": 1}'), Answer(200, b"{}"), 0.0)
    for _ in range(50):
        journal.add(asking("noisy", bytes(20_000)), Answer(200, b"{}"), 0.0)
    [quiet] = journal.of("quiet")
    assert quiet.body == {"a": 1}
    assert (journal.shed_of("quiet"), journal.shed.bodies > 30) == ((0, 0, 0), True)
    assert journal.size <= 200_000


def test_very_many_names_of_projects_take_no_more_room_than_some() -> None:
    state, call = State(Config(rules=("quota=0",))), understood()
    for number in range(MAX_COUNTERS + 100):
        state.rules.apply_directives(replace(call, project=f"p{number}"), "seed=1 times=1")
        state.generation.resets.add(f"p{number}")
    for number in range(MAX_CALLS + 100):
        state.journal.add(asking(f"p{number}"), Answer(200, b"{}"), 0.0)
    [rule] = state.rules
    assert (len(state.journal), len(state.journal._projects)) == (MAX_CALLS, MAX_CALLS)
    assert len(state.rules._counters) == len(rule.windows) == MAX_COUNTERS
    assert len(state.generation.resets._latest) == MAX_COUNTERS
    assert is_fit.cache_info().currsize <= MAX_TEXTS
    assert state.journal.total == MAX_CALLS + 100
