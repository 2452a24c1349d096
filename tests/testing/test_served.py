from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import imagen_fake
from imagen_fake.directives.directives import DirectiveError
from imagen_fake.state.state import SettingError
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.served import ServedFake, connect
from tests.http import call

pytest_plugins = ["pytester"]

PATH = "/v1beta/models/imagen-4.0-generate-001:predict"


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.serve() as served:
        yield served


def ask(served: ServedFake, prompt: str = "a pear", **parameters: int) -> int:
    body = {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1, **parameters}}
    return call(served.url, PATH, body, **served.headers).status


def test_a_worker_sees_its_own_project_alone(fake: Fake) -> None:
    a, b = connect(fake.url, "a"), connect(f"{fake.url}/", project="b")
    a.rule("error=503 times=1", prompt="*pear*")
    assert [ask(a), ask(a), ask(b)] == [503, 200, 200]
    a.assert_calls([{"status": 503}, {"status": 200, "prompt": "a pear", "sample_count": 1}])
    assert b.assert_called_once_with(project="b").instance["prompt"] == "a pear"
    a.assert_all_rules_used()
    [rule] = a.rules
    assert (rule.project, rule.seen, rule.applied) == ("a", 2, 1)
    a.reset()
    a.assert_not_called()
    assert (a.rules, len(b.calls), len(fake.calls)) == ([], 1, 1)


def test_without_a_project_all_are_seen_and_reset(fake: Fake) -> None:
    a, everything = connect(fake.url, "a"), connect(fake.url)
    assert everything.headers == {}
    ask(a)
    ask(everything)
    assert [called.project for called in everything.calls] == ["a", ""]
    assert everything.calls.filter(project="a")[0].answer["predictions"]
    everything.reset()
    assert fake.calls == []


def test_a_verdict_is_that_of_the_project(fake: Fake) -> None:
    a, b = connect(fake.url, "a"), connect(fake.url, "b")
    assert [ask(a, ""), ask(a, "")] == [400, 400]
    ask(b)
    assert [finding.check for finding in a.verdict().findings] == ["retried-error"]
    assert b.verdict(as_of="2025-12-01", budget=1.0).findings == ()
    assert [finding.check for finding in b.verdict(budget=0.01).findings] == ["over-budget"]
    assert str(a.verdict()) == str(fake.project("a").verdict())
    with pytest.raises(ValueError, match="as_of is a day"):
        b.verdict(as_of="soon")


def test_what_the_journal_has_forgotten_is_told_of_the_project() -> None:
    with imagen_fake.serve(imagen_fake.Config(journal_bytes=20_000)) as fake:
        a, b = connect(fake.url, "a"), connect(fake.url, "b")
        for number in range(5):
            ask(a, f"apple {number}", sampleCount=99)
        assert (a.shed.calls, b.shed.calls) == (5 - len(a.calls), 0)
        with pytest.raises(AssertionError, match=r"the journal has forgotten: [1-4]\.$"):
            a.assert_call_count(5)


def test_settings_and_the_clock_are_the_servers(fake: Fake) -> None:
    served = connect(fake.url, "a")
    served.configure(strict=True)
    served.rule("quota=1 clock=manual")
    assert [ask(served), ask(served)] == [200, 429]
    served.advance(60)
    assert (ask(served), fake.state.config.strict) == (200, True)


def test_a_failed_expectation_names_the_nearest_call(fake: Fake) -> None:
    served = connect(fake.url, "a")
    ask(served, "a pear", seed=1, addWatermark=0)
    with pytest.raises(AssertionError, match=r"nearest of 1 is call 1:\n  prompt: expected 'plum'"):
        served.assert_called_with(prompt="plum")
    served.rule("error=503", model="imagen-3*")
    with pytest.raises(AssertionError, match=r"never applied: .* model: expected 'imagen-3\*'"):
        served.assert_all_rules_used()


def test_what_the_server_refuses_has_its_words_and_the_same_errors_as_in_process(
    fake: Fake,
) -> None:
    served = connect(fake.url, "a")
    with pytest.raises(DirectiveError, match="'eror=503' is no directive"):
        served.rule("eror=503")
    with pytest.raises(SettingError, match="'port' cannot be changed"):
        served.configure(port=1)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a" * 101])
def test_what_is_no_project_is_refused(fake: Fake, name: str) -> None:
    for named in (lambda: connect(fake.url, name), lambda: fake.project(name)):
        with pytest.raises(ValueError, match="is no project; expected is a project's name"):
            named()


def test_there_must_be_a_fake() -> None:
    with pytest.raises(ConnectionError, match=r"no fake answers at http://127\.0\.0\.1:9: "):
        connect("http://127.0.0.1:9")


def test_threads_share_a_server(fake: Fake) -> None:
    def work(number: int) -> list[int]:
        served = connect(fake.url, f"worker-{number}")
        for _ in range(3):
            served.reset()
            served.rule(f"error=503 times={number}")
            statuses = [ask(served) for _ in range(4)]
            served.assert_calls([{"status": status} for status in statuses])
        return statuses

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(work, range(4)))
    assert made == [[503] * number + [200] * (4 - number) for number in range(4)]


WORKERS = """
import json, os, urllib.request
import imagen_fake, pytest

@pytest.fixture
def fake(worker_id):
    fake = imagen_fake.connect(os.environ["IMAGEN"], project=worker_id)
    fake.reset()
    yield fake
    fake.assert_all_rules_used()

@pytest.mark.parametrize("turn", range(8))
def test_turn(fake, turn):
    fake.rule("error=503 times=1")
    for status in (503, 200):
        body = json.dumps({"instances": [{"prompt": f"turn {turn}"}]}).encode()
        request = urllib.request.Request(fake.url + "PATH", body, fake.headers)
        try:
            assert urllib.request.urlopen(request).status == status == 200
        except urllib.error.HTTPError as error:
            assert error.code == status == 503
    fake.assert_calls([{"prompt": f"turn {turn}", "status": status} for status in (503, 200)])
"""


def test_workers_of_xdist_share_a_server(
    fake: Fake, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEN", fake.url)
    pytester.makepyfile(WORKERS.replace("PATH", PATH))
    options = ("-n2", "-p", "no:cacheprovider", "-p", "no:schemathesis")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=8)
    assert {called.project for called in fake.calls} == {"gw0", "gw1"}
