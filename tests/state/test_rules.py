from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.directives.directives import DirectiveError
from imagen_fake.directives.patterns import MOST_RULES
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.force import force
from imagen_fake.predict import Target, understand
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.rule import MAX_COUNTERS, Rule
from imagen_fake.state.rules import Rules, TooManyRulesError
from imagen_fake.state.state import State
from tests.conftest import request_body
from tests.http import call as call_over_http
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"
PREVIEW, FAST = "imagen-4.0-generate-preview-06-06", "imagen-4.0-fast-generate-001"


def asked(
    prompt: str = "a red apple",
    model: str = MODEL,
    surface: str = "vertex",
    project: str = "p",
    version: str = "v1",
) -> Call:
    places = {
        "vertex": f"projects/{project}/locations/l/publishers/google/models",
        "gemini": "models",
    }
    at = Target(spec.surface(surface), f"{places[surface]}/{model}", version=version)
    return replace(understand(at, request_body(prompt), Config()), project=project)


def forced(rules: Rules, prompt: str = "a red apple", header: str = "", **at: str) -> Any:
    return rules.apply_directives(asked(prompt, **at), header).outcome.directives


def outcomes(rules: Rules, count: int, header: str = "", prompt: str = "a red apple") -> list[bool]:
    call = asked(prompt)
    return [bool(rules.apply_directives(call, header).outcome.directives) for _ in range(count)]


def test_without_any_rule_a_call_stays_as_it_is() -> None:
    call = asked()
    assert Rules().apply_directives(call) is call


def test_the_first_rule_that_matches_counts() -> None:
    rules = Rules()
    rules.add("model=imagen-3* filter=1")
    rules.add("filter=2")
    rules.add("filter=3")
    assert forced(rules) == {"filter": 2}
    assert [rule.seen for rule in rules] == [0, 1, 0]


def test_a_rule_whose_turn_it_is_not_lets_the_next_one_try() -> None:
    rules = Rules()
    rules.add("filter=1 times=1", "once")
    rules.add("filter=2 after=1", "later")
    rules.add("filter=3", "else")
    assert [forced(rules)["filter"] for _ in range(3)] == [1, 3, 2]
    assert {rule.name: (rule.seen, rule.applied) for rule in rules} == {
        "once": (3, 1), "later": (2, 1), "else": (1, 1)
    }  # fmt: skip


@sweep(
    ("directives", "turns"),
    [
        ("drop times=2", [1, 1, 0, 0, 0]),
        ("drop times=0", [0, 0, 0, 0, 0]),
        ("drop after=2", [0, 0, 1, 1, 1]),
        ("drop after=1 times=2", [0, 1, 1, 0, 0]),
        ("drop p=0", [0, 0, 0, 0, 0]),
        ("drop p=1", [1, 1, 1, 1, 1]),
    ],
)  # fmt: skip
@sweep("place", ["rule", "header", "prompt"])
def test_a_directive_has_its_turns(place: str, directives: str, turns: list[int]) -> None:
    rules = Rules()
    if place == "rule":
        rules.add(directives)
    prompt = f"a [fake: {directives}] cat" if place == "prompt" else "a cat"
    header = directives if place == "header" else ""
    assert outcomes(rules, 5, header, prompt) == [bool(turn) for turn in turns]


def turns(directives: str, count: int) -> list[bool]:
    rules = Rules()
    rules.add(directives)
    return outcomes(rules, count)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_share_of_many_calls_is_met(share: float) -> None:
    chosen = sum(turns(f"drop p={share}", 2000))
    # Five standard deviations.
    assert abs(chosen - 2000 * share) < 5 * (2000 * share * (1 - share)) ** 0.5


def test_a_share_falls_on_the_same_calls_in_each_run() -> None:
    assert turns("drop p=0.5", 50) == turns("drop p=0.5", 50)
    assert turns("drop p=0.5", 50) != turns("filter=1 p=0.5", 50)


def test_a_share_falls_on_the_same_calls_of_other_rules() -> None:
    runs = []
    for _ in range(2):
        rules = Rules()
        rules.add("drop p=0.5")
        runs.append(outcomes(rules, 50))
    assert runs[0] == runs[1]


ELSEWHERE = [
    {"prompt": "b [fake: drop times=1]"},
    {"project": "other"},
    {"surface": "gemini"},
    {"model": FAST},
]
"""What differs from a call of the same directives in its prompt, and is counted on its own."""


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_directives_in_prompts_are_counted_by_door_project_model_and_prompt(
    elsewhere: dict[str, str],
) -> None:
    rules = Rules()
    here = {"prompt": "a [fake: drop times=1]"}
    there = {**here, **elsewhere}
    assert [bool(forced(rules, **at)) for at in (here, there, here, there)] == [1, 1, 0, 0]


def test_directives_in_prompts_are_counted_by_dialect() -> None:
    rules = Rules()
    call = asked("a [fake: drop times=1]")
    doors = [call, replace(call, dialect="aiml"), replace(call, dialect="openai"), call]
    assert [bool(rules.apply_directives(door).outcome.directives) for door in doors] == [1, 1, 1, 0]


def test_equal_directives_of_one_prompt_are_counted_together_others_on_their_own() -> None:
    rules = Rules()
    prompts = [f"a [fake: {text}]" for text in ("drop times=1", "drop times=1", "drop  times=1")]
    assert [bool(forced(rules, prompt)) for prompt in prompts] == [True, False, True]


@pytest.mark.parametrize(
    ("elsewhere", "apart"),
    [
        ({"prompt": "another"}, False),
        ({"model": FAST}, False),
        ({"project": "other"}, True),
        ({"surface": "gemini"}, True),
    ],
)
def test_a_header_is_counted_by_door_and_project_whatever_the_model_and_prompt(
    elsewhere: dict[str, str], apart: bool
) -> None:
    rules = Rules()
    places: list[dict[str, str]] = [{}, elsewhere, {}, elsewhere]
    made = [bool(forced(rules, header="drop times=1", **at)) for at in places]
    assert made == [True, apart, False, False]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_share_of_many_prompts_is_met(share: float) -> None:
    rules = Rules()
    call = asked(f"a [fake: drop p={share}]")
    calls = [replace(call, instance={"prompt": f"{number}"}) for number in range(2000)]
    chosen = sum(bool(rules.apply_directives(one).outcome.directives) for one in calls)
    # Five standard deviations.
    assert abs(chosen - 2000 * share) < 5 * (2000 * share * (1 - share)) ** 0.5


def test_the_number_of_texts_that_are_counted_is_bounded() -> None:
    rules = Rules()
    call = asked()
    for number in range(MAX_COUNTERS + 1):
        rules.apply_directives(call, f"seed={number} times=1")
    assert rules.apply_directives(call, f"seed={MAX_COUNTERS} times=1").outcome.directives == {}
    assert rules.apply_directives(call, "seed=0 times=1").outcome.directives == {"seed": 0}


def test_what_is_for_every_call_takes_no_place_of_what_is_counted() -> None:
    rules = Rules()
    call = asked()
    rules.apply_directives(call, "drop times=1")
    for number in range(MAX_COUNTERS + 1):
        rules.apply_directives(call, f"seed={number}")
    assert rules.apply_directives(call, "drop times=1").outcome.directives == {}


def test_the_closest_to_the_call_wins() -> None:
    rules = Rules()
    rules.add("filter=1 block=1 seed=1 delay=1s")
    made = forced(rules, "a [fake: filter=3]", "filter=2 seed=2")
    assert made == {"filter": 3, "seed": 2, "block": "1", "delay": 1.0}


def test_what_is_forced_last_leaves_no_trace_of_what_it_replaced() -> None:
    rules = Rules()
    rules.add("error=503")
    assert forced(rules, "a [fake: error=429]")["error"] == ("quota_exceeded", "")


def test_a_header_that_cannot_be_followed_is_refused() -> None:
    with pytest.raises(ApiError, match="fake_refused"):
        Rules().apply_directives(asked(), "quota=1")


def test_a_rule_that_cannot_be_followed_is_not_added() -> None:
    rules = Rules()
    with pytest.raises(DirectiveError):
        rules.add("fliter=1")
    assert len(rules) == 0


def test_rules_are_numbered_unless_they_are_named() -> None:
    rules = Rules()
    names = [rules.add("drop", name).name for name in (None, "mine", None)]
    assert names == [rule.name for rule in rules] == ["rule-1", "mine", "rule-2"]


def test_a_number_that_somebody_took_as_a_name_is_left_out() -> None:
    rules = Rules()
    rules.add("filter=1", "rule-1")
    assert rules.add("filter=2").name != "rule-1"
    assert [rule.directives for rule in rules] == ["filter=1", "filter=2"]


def test_a_rule_of_the_same_name_is_replaced_in_its_place_and_counts_anew() -> None:
    rules = Rules()
    for name in ("one", "two", "three"):
        rules.add("drop", name)
    outcomes(rules, 2)
    rules.add("filter=1", "one")
    assert [(rule.name, rule.directives, rule.seen) for rule in rules] == [
        ("one", "filter=1", 0), ("two", "drop", 0), ("three", "drop", 0)
    ]  # fmt: skip
    assert forced(rules) == {"filter": 1}


def test_a_rule_is_found_and_removed_by_its_name() -> None:
    rules = Rules()
    rule = rules.add("drop", "mine")
    assert rules.get("mine") is rule
    rules.remove(rule)
    rules.remove(rule)
    assert rules.get("mine") is None
    assert forced(rules) == {}


def test_rules_are_removed_without_what_was_counted_and_the_clock() -> None:
    rules = Rules()
    rules.add("filter=1")
    rules.clock.advance(5)
    assert forced(rules, "a [fake: drop times=1]") == {"filter": 1, "drop": True}
    rules.clear()
    assert (len(rules), rules.clock.manual) == (0, 5)
    assert forced(rules, "a [fake: drop times=1]") == {}
    assert rules.add("filter=2").name == "rule-1"


def test_the_number_of_rules_is_bounded() -> None:
    rules = Rules()
    for _ in range(MOST_RULES):
        rules.add("drop")
    with pytest.raises(TooManyRulesError, match=str(MOST_RULES)):
        rules.add("drop")
    rules.add("filter=1", "rule-1")
    rules.remove(found(rules, "rule-2"))
    rules.add("drop")
    assert len(rules) == MOST_RULES


def test_what_prompts_are_compared_with_is_bounded() -> None:
    rules = Rules()
    long = f"drop prompt={'*a' * 120}"
    there = next(number for number in range(MOST_RULES) if not is_added(rules, long))
    assert there > 10
    rules.add(long, "rule-1")
    rules.add("drop model=imagen-4*")
    rules.remove(found(rules, "rule-1"))
    rules.add(long)
    with pytest.raises(TooManyRulesError, match="too long together"):
        rules.add(long)


def found(rules: Rules, name: str) -> Rule:
    rule = rules.get(name)
    assert rule
    return rule


def is_added(rules: Rules, text: str) -> bool:
    """Whether there was room for a rule."""
    try:
        return rules.add(text) in rules
    except TooManyRulesError:
        return False


def test_a_thousand_rules_of_usual_patterns_fit() -> None:
    rules = Rules()
    for number in range(MOST_RULES):
        rules.add(f"error=503 prompt='*a red apple {number}*'")
    assert len(rules) == MOST_RULES


@sweep(
    ("pattern", "at", "matches"),
    [
        ("surface=vertex", {}, True),
        ("surface=gemini", {}, False),
        ("surface=gemini", {"surface": "gemini"}, True),
        ("model=imagen-4*", {}, True),
        ("model=imagen-3*", {}, False),
        ("task=generate", {}, True),
        ("task=upscale", {}, False),
        ("prompt=*apple*", {}, True),
        ("prompt=*APPLE", {}, True),
        ("prompt=apple", {}, False),
        ("prompt=*pear*", {"prompt": "a pear"}, True),
        ("model=imagen-4* prompt=*pear*", {}, False),
        ("'prompt=a red*'", {}, True),
    ],
)
def test_a_rule_speaks_of_calls_that_match_all_its_patterns(
    pattern: str, at: dict[str, str], matches: bool
) -> None:
    rules = Rules()
    rules.add(f"{pattern} drop")
    assert bool(forced(rules, **at)) is matches
    assert next(iter(rules)).seen == matches


def test_a_prompt_is_matched_without_its_directives() -> None:
    rules = Rules()
    rules.add("prompt=*filter* drop")
    assert forced(rules, "a cat [fake: filter=1]") == {"filter": 1}


def refusal(rules: Rules, **at: str) -> ApiError | None:
    try:
        force(rules.apply_directives(asked(**at)))
    except ApiError as error:
        return error
    return None


def passing(rules: Rules, count: int, **at: str) -> list[bool]:
    return [refusal(rules, **at) is None for _ in range(count)]


def limited(directives: str = "quota=2 clock=manual") -> Rules:
    rules = Rules()
    rules.add(directives)
    return rules


def test_calls_beyond_the_quota_of_the_minute_are_refused() -> None:
    rules = limited()
    assert passing(rules, 4) == [True, True, False, False]
    assert next(iter(rules)).applied == 2


@pytest.mark.parametrize(("seconds", "passes"), [(59.9, False), (60, True), (600, True)])
def test_the_quota_recovers_with_the_minute(seconds: float, passes: bool) -> None:
    rules = limited()
    passing(rules, 3)
    rules.clock.advance(seconds)
    assert passing(rules, 3) == [passes, passes, False]


def test_the_quota_of_the_model_is_that_of_the_service() -> None:
    known = spec.read(f"models/{MODEL}.json")["quota"]["requestsPerMinute"]
    assert passing(limited("quota=MODEL clock=manual"), known + 1) == [True] * known + [False]


def test_each_base_model_has_a_quota_of_its_own() -> None:
    rules = limited("quota=1 clock=manual")
    named = [spec.read(f"models/{model}.json")["quota"]["baseModel"] for model in (MODEL, FAST)]
    assert named[0] != named[1]
    assert passing(rules, 2) == [True, False]
    assert passing(rules, 2, model=FAST) == [True, False]


def test_versions_of_a_base_model_share_its_quota() -> None:
    shared = [spec.read(f"models/{model}.json")["quota"]["baseModel"] for model in (MODEL, PREVIEW)]
    rules = limited("quota=1 clock=manual")
    assert passing(rules, 1) + passing(rules, 1, model=PREVIEW) == [True, shared[0] != shared[1]]


def test_each_project_has_a_quota_of_its_own() -> None:
    rules = limited("quota=1 clock=manual")
    assert passing(rules, 2) == [True, False]
    assert passing(rules, 2, project="other") == [True, False]


def test_calls_of_very_many_projects_do_not_refill_the_quota_of_one_that_calls() -> None:
    rules = limited("quota=1 clock=manual")
    call = asked()
    assert "error" not in rules.apply_directives(call).outcome.directives
    for number in range(2 * MAX_COUNTERS):
        rules.apply_directives(replace(call, resource=f"projects/{number}/models/x"))
        if number % 5000 == 0:
            assert "error" in rules.apply_directives(call).outcome.directives
    [rule] = rules
    assert len(rule.windows) == MAX_COUNTERS


def test_a_quota_of_none_refuses_every_call() -> None:
    assert passing(limited("quota=0 clock=manual"), 2) == [False, False]


def test_the_refusal_names_the_base_model() -> None:
    error = refusal(limited("quota=0 clock=manual"))
    assert error is not None
    shown = status(error, spec.surface("vertex"))
    assert (shown["code"], shown["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert "with base model: imagen-4.0-generate." in shown["message"]
    assert "details" not in shown


def test_gemini_says_the_limit_and_when_to_come_back() -> None:
    rules = limited("quota=1 clock=manual")
    rules.clock.advance(42)
    assert refusal(rules, surface="gemini") is None
    error = refusal(rules, surface="gemini")
    assert error is not None
    shown = status(error, spec.surface("gemini"))
    assert "limit: 1, model: imagen-4.0-generate\n" in shown["message"]
    assert shown["message"].endswith("Please retry in 18s.")
    [delay] = [one["retryDelay"] for one in shown["details"] if one["@type"].endswith("RetryInfo")]
    assert delay == "18s"


def test_waiting_as_long_as_was_said_is_enough() -> None:
    rules = limited("quota=1 clock=manual")
    rules.clock.advance(59.7)
    rules.apply_directives(asked())
    wait = rules.apply_directives(asked()).outcome.directives["seconds"]
    rules.clock.advance(wait)
    assert passing(rules, 1) == [True]


def test_an_error_of_ones_own_takes_the_place_of_the_quotas() -> None:
    error = refusal(limited("quota=0 clock=manual 'error=503:too much'"))
    assert error is not None
    assert (error.id, error.message) == ("unavailable", "too much")


def test_the_real_clock_is_that_of_the_machine() -> None:
    rules = limited("quota=1")
    rules.clock.advance(600)
    clock = rules.clock
    before = clock.now("real")
    assert before <= clock.now("real")
    assert clock.now("manual") == 600
    # The minute may end between two calls, not twice among three.
    assert sum(passing(rules, 3)) in (1, 2)


CONFIGURED = ("model=imagen-4.0-fast* error=500 times=1",)
RULES = ["error=503", "filter=1 times=2", "quota=1", "drop p=0.5"]
HEADERS = ["", "error=429 times=1", "seed=3 after=1"]
Step = tuple[str, str]

steps = st.lists(
    st.tuples(st.just("rule"), st.sampled_from(RULES))
    | st.tuples(st.just("call"), st.sampled_from(HEADERS))
    | st.tuples(st.just("advance"), st.just(""))
    | st.tuples(st.just("remove"), st.just(""))
    | st.tuples(st.just("reset"), st.just("")),
    max_size=12,
)  # fmt: skip


def after_reset(outcome: Callable[[str, str], Any]) -> list[Any]:
    """How a fake answers: each kind of call, twice, as one that counts answers differently."""
    return [outcome(model, header) for model in (MODEL, FAST) for header in HEADERS for _ in "12"]


def follow(state: State, step: Step) -> None:
    kind, text = step
    if kind == "rule":
        state.rules.add(text)
    elif kind == "call":
        state.rules.apply_directives(asked(), text)
    elif kind == "advance":
        state.rules.clock.advance(61)
    elif kind == "remove":
        rule = state.rules.get("rule-1")
        if rule:
            state.rules.remove(rule)
    else:
        state.reset()


def direct(state: State) -> Callable[[str, str], Any]:
    def outcome(model: str, header: str) -> dict[str, Any]:
        return dict(state.rules.apply_directives(asked(model=model), header).outcome.directives)

    return outcome


@settings(deadline=None, max_examples=60)
@given(steps)
def test_nothing_leaks_past_a_reset(sequence: list[Step]) -> None:
    state = State(Config(rules=CONFIGURED))
    for step in sequence:
        follow(state, step)
    state.reset()
    fresh = State(Config(rules=CONFIGURED))
    assert [(rule.name, rule.directives, rule.seen, rule.applied) for rule in state.rules] == [
        (rule.name, rule.directives, rule.seen, rule.applied) for rule in fresh.rules
    ]
    assert (state.rules.clock.manual, len(state.journal)) == (0, 0)
    assert after_reset(direct(state)) == after_reset(direct(fresh))


PATH = "/v1/projects/p/locations/l/publishers/google/models/{}:predict"
SMALL = {
    "instances": [{"prompt": "a red apple"}],
    "parameters": {"sampleCount": 1, "outputOptions": {"mimeType": "image/jpeg"}},
}


def over_http(url: str, model: str, header: str) -> Any:
    """The status, or how the connection ended."""
    named = {"X-Imagen-Fake": header} if header else {}
    try:
        reply = call_over_http(url, PATH.format(model), SMALL, **named)
    except ConnectionResetError:
        return "dropped"
    return reply.status, reply.headers["x-imagen-fake-warnings"], len(reply.body)


def follow_over_http(url: str, step: Step) -> None:
    kind, text = step
    if kind == "call":
        over_http(url, MODEL, text)
        return
    method, path, body = {
        "rule": ("POST", "rules", {"directives": text}),
        "advance": ("POST", "clock", {"advance": 61}),
        "remove": ("DELETE", "rules/rule-1", None),
        "reset": ("POST", "reset", None),
    }[kind]
    call_over_http(url, f"/_fake/{path}", body, method)


@pytest.fixture(scope="module")
def configured() -> Iterator[str]:
    with serve_in_thread(Config(rules=CONFIGURED)) as url:
        yield url


@settings(deadline=None, max_examples=15)
@given(steps)
def test_nothing_leaks_past_a_reset_over_http(configured: str, sequence: list[Step]) -> None:
    for step in sequence:
        follow_over_http(configured, step)
    call_over_http(configured, "/_fake/reset", method="POST")
    assert call_over_http(configured, "/_fake/calls").json == {"calls": []}
    assert call_over_http(configured, "/_fake/clock").json == {"manual": 0}
    [rule] = call_over_http(configured, "/_fake/rules").json["rules"]
    counts = {"seen": 0, "applied": 0}
    assert rule == {"name": "rule-1", "project": "", "directives": CONFIGURED[0], **counts}
    statuses = after_reset(lambda model, header: over_http(configured, model, header)[0])
    # Equal headers are counted together, whatever the model.
    assert statuses == [200, 200, 429, 200, 200, 200, 500, 200, 200, 200, 200, 200]
