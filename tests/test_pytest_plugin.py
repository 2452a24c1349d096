import sys
from importlib import import_module

import pytest

pytest_plugins = ["pytester"]

ASK = """
import json
import urllib.request

MODELS = "/v1/projects/p/locations/us-central1/publishers/google/models"


HOST = "https://us-central1-aiplatform.googleapis.com"


def ask(base=HOST, prompt="a red apple", timeout=30, **parameters):
    body = {"instances": [{"prompt": prompt}], "parameters": parameters}
    url = f"{base}{MODELS}/imagen-4.0-generate-001:predict"
    with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=timeout) as answer:
        return json.load(answer)
"""


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """Import what cannot be imported twice: pytester forgets what is imported during a run."""
    import_module("cryptography.hazmat.primitives.serialization")
    import_module("imagen_fake.auth.tokens")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of somebody else, with one function that asks Imagen."""
    pytester.makepyfile(asking=ASK)
    return pytester


def passed(
    project: pytest.Pytester, test: str, *options: str, apart: bool = False, **outcomes: int
) -> pytest.RunResult:
    """The run of a test file, which ended as expected; `apart` from this process, whose filters of
    warnings hold in it otherwise.
    """
    project.makepyfile(test_it=f"import pytest\nfrom asking import ask\n{test}")
    run = project.runpytest_subprocess if apart else project.runpytest_inprocess
    result = run("-p", "no:cacheprovider", "-p", "no:schemathesis", *options)
    result.assert_outcomes(**(outcomes or {"passed": 1}))
    return result


def test_the_fake_answers_on_a_port(project: pytest.Pytester) -> None:
    passed(
        project,
        """
def test_apple(imagen_fake):
    assert len(ask(imagen_fake.url, sampleCount=2)["predictions"]) == 2
    [called] = imagen_fake.calls
    assert (called.surface, called.model) == ("vertex", "imagen-4.0-generate-001")
    assert (called.task, called.prompt, called.status) == ("generate", "a red apple", 200)
    assert called.body["parameters"] == {"sampleCount": 2}
    assert called.parameters["aspectRatio"] == "1:1"
    first = called.answer["predictions"][0]["bytesBase64Encoded"]
    assert (first["mimeType"], first["width"], first["height"]) == ("image/png", 1024, 1024)
    assert len(called.thumbnails) == 2
    assert called.seconds > 0
""",
    )


def test_one_server_serves_all_tests_and_is_reset_for_each(project: pytest.Pytester) -> None:
    passed(
        project,
        """
fakes = []

@pytest.mark.parametrize("turn", range(3))
def test_turn(imagen_fake, turn):
    assert imagen_fake.calls == []
    fakes.append(imagen_fake)
    assert len({fake.url for fake in fakes}) == 1
    ask(imagen_fake.url)
    imagen_fake.rule("seed=1")
    ask(imagen_fake.url)
    imagen_fake.configure(strict=True)

def test_nothing_lasts_until_its_next_use():
    assert fakes[0].calls == []
    assert ask(fakes[0].url, unknown=1)["predictions"]
""",
        passed=4,
    )


def test_a_rule_makes_the_next_call_fail(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import urllib.error

def test_retry(imagen_fake):
    rule = imagen_fake.rule("error=429 times=1", model="imagen-4*", prompt="*apple*")
    with pytest.raises(urllib.error.HTTPError, match="429"):
        ask(imagen_fake.url)
    assert ask(imagen_fake.url)["predictions"]
    assert (rule.seen, rule.applied) == (2, 1)
""",
    )


def test_a_failed_expectation_names_the_nearest_call_and_its_differences(
    project: pytest.Pytester,
) -> None:
    result = passed(
        project,
        """
def test_asked(imagen_fake):
    ask(imagen_fake.url, "a pear")
    ask(imagen_fake.url, "a red apple", sampleCount=2, outputOptions={"mimeType": "image/jpeg"})
    imagen_fake.assert_called_with(prompt="a red apple", sample_count=2)
    imagen_fake.assert_called_with(outputOptions={"mimeType": "image/jpeg"}, status=200)
    imagen_fake.assert_called_with(prompt="a red apple", sample_count=3, aspectRatio="1:1")
""",
        failed=1,
    )
    result.stdout.fnmatch_lines(
        ["*No call like that. The nearest of 2 is call 2:", "*sampleCount: expected 3, was 2"]
    )


def test_nothing_asked_can_be_expected(project: pytest.Pytester) -> None:
    passed(
        project,
        """
def test_quiet(imagen_fake):
    imagen_fake.assert_not_called()
    with pytest.raises(AssertionError, match="Nothing was asked"):
        imagen_fake.assert_called_with(model="imagen-4.0-generate-001")
    ask(imagen_fake.url)
    with pytest.raises(AssertionError, match="1. vertex imagen-4.0-generate-001: generate"):
        imagen_fake.assert_not_called()
""",
    )


def test_variables_lead_to_the_fake_for_one_test(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import json
import os

def test_led(imagen_fake_env):
    assert os.environ["GOOGLE_VERTEX_BASE_URL"] == imagen_fake_env.url
    with open(os.environ["GOOGLE_APPLICATION_CREDENTIALS"]) as file:
        assert json.load(file)["token_url"] == imagen_fake_env.url + "/v1/token"

def test_not_led():
    assert "GOOGLE_VERTEX_BASE_URL" not in os.environ
""",
        passed=2,
    )


@pytest.mark.parametrize("fixture", ["imagen_fake_env", "imagen_intercept"])
def test_real_credentials_are_replaced_for_one_test(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, fixture: str
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "real.json")
    passed(
        project,
        f"""
import os

def test_replaced({fixture}):
    file = os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
    assert file == {fixture}.env["GOOGLE_APPLICATION_CREDENTIALS"] != "real.json"

def test_real_again():
    assert os.environ["GOOGLE_APPLICATION_CREDENTIALS"] == "real.json"
""",
        passed=2,
    )


def test_the_configuration_can_be_overridden(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
import datetime
import pytest
from imagen_fake.config import Config

@pytest.fixture(scope="session")
def imagen_fake_config():
    return Config(as_of=datetime.date(2026, 9, 1))
"""
    )
    passed(
        project,
        """
import urllib.error

def test_retired(imagen_fake):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(imagen_fake.url)
""",
    )


def test_calls_to_googles_own_address_are_intercepted(project: pytest.Pytester) -> None:
    passed(
        project,
        """
def test_apple(imagen_intercept):
    assert ask()["predictions"]
    assert imagen_intercept.url == ""
    imagen_intercept.assert_called_with(prompt="a red apple")
""",
    )


def test_the_marker_intercepts_with_rules_and_settings(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import urllib.error

@pytest.mark.imagen_fake("error=503 times=1", strict=True)
def test_marked():
    with pytest.raises(urllib.error.HTTPError, match="503"):
        ask()
    with pytest.raises(urllib.error.HTTPError, match="400"):
        ask(sampleCuont=2)
    assert ask()["predictions"]

@pytest.mark.imagen_fake
def test_not_leaked(imagen_intercept):
    assert ask()["predictions"]
    assert len(imagen_intercept.calls) == 1
""",
        passed=2,
    )


def test_the_nearest_marker_goes_before_the_others(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
import pytest
from imagen_fake.config import Config

@pytest.fixture(scope="session")
def imagen_fake_config():
    return Config(rules=("error=500",))
"""
    )
    passed(
        project,
        """
import urllib.error

pytestmark = pytest.mark.imagen_fake("error=501", as_of="2026-09-01", strict=True)

@pytest.mark.imagen_fake("error=503", "error=504", as_of="2026-06-30")
class TestMarked:
    @pytest.mark.imagen_fake("error=429 times=1", as_of="2026-06-29")
    def test_both(self, imagen_fake):
        for status in ("429", "503"):
            with pytest.raises(urllib.error.HTTPError, match=status):
                ask(imagen_fake.url)
        assert [rule.directives for rule in imagen_fake.state.rules] == [
            "error=429 times=1", "error=503", "error=504", "error=501", "error=500"
        ]
        assert imagen_fake.state.config.as_of.isoformat() == "2026-06-29"
        assert imagen_fake.state.config.strict
""",
    )


@pytest.mark.parametrize(
    ("marked", "error"),
    [
        ("['error=503']", "DirectiveError: A rule is text such as 'error=503', not ?'error=503'?."),
        ("as_of=20260818", "SettingError: as_of is a day such as 2026-08-18, not '20260818'."),
        (
            "as_of=datetime.datetime(2026, 8, 18)",
            "SettingError: as_of is a day such as 2026-08-18, not '2026-08-18 00:00:00'.",
        ),
        ("strict=1", "SettingError: strict is true or false, not '1'."),
    ],
)
def test_a_marker_that_cannot_be_followed_is_an_error_that_says_why(
    project: pytest.Pytester, marked: str, error: str
) -> None:
    test = f"import datetime\n@pytest.mark.imagen_fake({marked})\ndef test_it():\n    pass\n"
    passed(project, test, errors=1).stdout.fnmatch_lines([f"*{error}"])


def test_a_config_of_the_wrong_kind_is_an_error_that_says_so(project: pytest.Pytester) -> None:
    fixture = '@pytest.fixture(scope="session")\ndef imagen_fake_config():\n    return {}\n'
    test = f"{fixture}\ndef test_it(imagen_fake):\n    pass\n"
    result = passed(project, test, errors=1)
    result.stdout.fnmatch_lines(["*ConfigError: A config must be imagen_fake.config.Config*"])


def test_an_unknown_setting_of_the_marker_is_an_error(project: pytest.Pytester) -> None:
    result = passed(
        project,
        """
@pytest.mark.imagen_fake(strikt=True)
def test_marked():
    pass
""",
        errors=1,
    )
    result.stdout.fnmatch_lines(["*SettingError: 'strikt' cannot be changed*as_of, strict*"])


def test_other_hosts_are_refused_when_the_network_is_blocked(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import urllib.request

def test_blocked(imagen_intercept):
    assert ask()["predictions"]
    with pytest.raises(Exception, match="elsewhere.example"):
        urllib.request.urlopen("http://elsewhere.example/", timeout=5)
""",
        "--block-network",
    )


def test_what_the_service_would_ignore_is_a_warning(project: pytest.Pytester) -> None:
    result = passed(
        project,
        """
def test_misspelt(imagen_fake):
    ask(imagen_fake.url, sampleCuont=2)
""",
        passed=1,
        apart=True,
        warnings=1,
    )
    result.stdout.fnmatch_lines(["*ImagenFakeWarning: *sampleCuont*Did you mean sampleCount?"])


def test_the_warning_can_be_an_error(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nfilterwarnings = error::imagen_fake.ImagenFakeWarning")
    result = passed(
        project,
        """
def test_misspelt(imagen_intercept):
    ask(sampleCuont=2)

def test_fine(imagen_intercept):
    ask(sampleCount=2)
""",
        failed=1,
        passed=1,
    )
    result.stdout.fnmatch_lines(["*FAILED test_it.py::test_misspelt*"])


def test_a_deprecated_model_is_a_warning(project: pytest.Pytester) -> None:
    result = passed(
        project,
        """
@pytest.mark.imagen_fake(as_of="2026-06-30")
def test_late():
    ask()
""",
        passed=1,
        apart=True,
        warnings=1,
    )
    result.stdout.fnmatch_lines(["*ImagenFakeWarning: imagen-4.0-generate-001 is deprecated*"])


def test_a_failure_is_told_what_the_service_would_have_ignored(project: pytest.Pytester) -> None:
    result = passed(
        project,
        """
def test_misspelt(imagen_intercept):
    ask(sampleCuont=2)
    imagen_intercept.assert_called_with(sample_count=2)
""",
        failed=1,
    )
    result.stdout.fnmatch_lines(
        ["E  *sampleCount: expected 2, was 4", "E  *sampleCuont*Did you mean sampleCount?"]
    )


BROKEN = """
import urllib.error

@pytest.mark.parametrize("fake", ["imagen_fake", "imagen_intercept"])
def test_broken(fake, request, monkeypatch):
    fake = request.getfixturevalue(fake)
    monkeypatch.setattr(fake.state.rules, "apply_directives", lambda *_: {{}}["a bug"])
    with pytest.raises(urllib.error.HTTPError, match="500"):
        ask(*[fake.url] if fake.url else [])
    assert {passes}
"""


@pytest.mark.parametrize("passes", [True, False])
def test_a_test_in_which_the_fake_itself_failed_fails_with_its_traceback(
    project: pytest.Pytester, passes: bool
) -> None:
    result = passed(project, BROKEN.format(passes=passes), failed=2)
    prefix = "" if passes else "E  *"
    told = [f"{prefix}imagen-fake failed, please report it:", "*Traceback *", "*KeyError: 'a bug'"]
    result.stdout.fnmatch_lines(told)


@pytest.mark.parametrize("fake", ["imagen_fake", "imagen_intercept"])
def test_a_call_that_timed_out_never_stands_in_the_next_test(
    project: pytest.Pytester, fake: str
) -> None:
    passed(
        project,
        f"""
from concurrent.futures import ThreadPoolExecutor

BUCKET = "gs://pictures/of-the-first-test/"

def asked(fake, prompt, timeout, **parameters):
    base = [fake.url] if fake.url else []
    return ask(*base, prompt=prompt, timeout=timeout, sampleCount=4, **parameters)

def give_up(fake, prompt):
    with pytest.raises(OSError):
        asked(fake, prompt, 0.05, sampleImageSize="2K", storageUri=BUCKET)

def test_first({fake}):
    with ThreadPoolExecutor(8) as threads:
        prompts = [f"first {{n}}" for n in range(2)] + ["first [fake: delay=1]"]
        list(threads.map(lambda prompt: give_up({fake}, prompt), prompts))

def test_second({fake}):
    for number in range(3):  # what was left behind has had its time then
        asked({fake}, f"second {{number}} [fake: delay=0.5]", 60)
    assert [called.prompt for called in {fake}.calls if "first" in called.prompt] == []
    assert len({fake}.calls) == 3
""",
        passed=2,
    )


def test_two_processes_do_not_disturb_one_another(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import os
import pathlib

@pytest.mark.parametrize("turn", range(4))
def test_turn(imagen_fake, turn):
    imagen_fake.rule("error=503 times=1")
    with pytest.raises(Exception, match="503"):
        ask(imagen_fake.url, prompt=f"apple {turn}")
    ask(imagen_fake.url, prompt=f"apple {turn}", sampleCount=1)
    assert [called.prompt for called in imagen_fake.calls] == [f"apple {turn}"] * 2
    pathlib.Path(os.environ["PYTEST_XDIST_WORKER"]).write_text(imagen_fake.url)
""",
        "-n2",
        passed=4,
    )
    assert len({file.read_text() for file in project.path.glob("gw*")}) == 2


GEMINI = """
import urllib.request
from imagen_fake import NetworkBlocked

def ask_gemini():
    path = "v1beta/models/gemini-2.5-pro:generateContent"
    urllib.request.urlopen(f"https://generativelanguage.googleapis.com/{path}", b"{}", timeout=30)
"""


def test_calls_of_other_models_may_be_refused_by_a_marker_or_a_fixture(
    project: pytest.Pytester,
) -> None:
    passed(
        project,
        GEMINI
        + """
@pytest.mark.imagen_fake(unknown="refuse")
def test_marked():
    with pytest.raises(NetworkBlocked, match='was refused: with unknown="refuse"'):
        ask_gemini()
    assert ask()["predictions"]

class TestFixture:
    @pytest.fixture(scope="session")
    def imagen_fake_unknown(self):
        return "refuse"

    def test_refused(self, imagen_intercept):
        with pytest.raises(NetworkBlocked, match='was refused: with unknown="refuse"'):
            ask_gemini()

    @pytest.mark.imagen_fake(unknown="pass")
    def test_the_marker_counts(self, imagen_intercept):
        with pytest.raises(NetworkBlocked, match="was blocked"):
            ask_gemini()

def test_passed_on(imagen_intercept):
    with pytest.raises(NetworkBlocked, match="was blocked"):
        ask_gemini()
""",
        "--block-network",
        passed=4,
    )


def test_async_tests_may_use_it(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import asyncio

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_apple(imagen_intercept):
    made = await asyncio.gather(*(asyncio.to_thread(ask, prompt=f"{n}") for n in range(4)))
    assert all(one["predictions"] for one in made)
    assert sorted(called.prompt for called in imagen_intercept.calls) == ["0", "1", "2", "3"]
""",
    )


def test_loading_the_plugin_loads_nothing_heavy(pytester: pytest.Pytester) -> None:
    script = "import imagen_fake.pytest_plugin, sys; print(*sorted(sys.modules))"
    loaded = pytester.run(sys.executable, "-c", script).stdout.str().split()
    assert "imagen_fake.pytest_plugin" in loaded
    assert not {"PIL", "uvicorn", "starlette", "vcr", "click", "jsonschema_rs"} & set(loaded)
    assert {name for name in loaded if name.startswith("imagen_fake")} == {
        "imagen_fake",
        "imagen_fake.pytest_plugin",
        "imagen_fake.warning",
    }


def test_the_plugin_is_found_by_its_entry_point(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--fixtures", "-q", "-p", "no:schemathesis")
    result.stdout.fnmatch_lines_random(["imagen_fake -- *", "imagen_intercept -- *"])


SHOW = """
def test_config(imagen_intercept):
    config = imagen_intercept.state.config
    assert (config.caption, config.rules) == ({caption!r}, {rules!r})
    if config.rules:
        with pytest.raises(OSError, match="503"):
            ask()
"""


@pytest.mark.parametrize("name", ["imagen-fake.toml", "pyproject.toml"])
def test_the_configuration_file_of_the_project_is_read(name: str, project: pytest.Pytester) -> None:
    table = "[tool.pytest.ini_options]\n[tool.imagen-fake]\n" if name == "pyproject.toml" else ""
    text = f'{table}caption = "off"\nrules = ["error=503"]'
    project.makepyprojecttoml(text) if table else project.path.joinpath(name).write_text(text)
    passed(project, SHOW.format(caption="off", rules=("error=503",)))


def test_a_projects_fixture_counts_before_its_file(project: pytest.Pytester) -> None:
    project.path.joinpath("imagen-fake.toml").write_text("broken = [")
    project.makeconftest(
        """
import pytest, imagen_fake
@pytest.fixture(scope="session")
def imagen_fake_config():
    return imagen_fake.Config(caption="off")
"""
    )
    passed(project, SHOW.format(caption="off", rules=()))


def test_the_file_is_that_of_the_root_wherever_pytest_is_run(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makeini("[pytest]")
    project.path.joinpath("imagen-fake.toml").write_text('caption = "off"')
    (project.path / "below").mkdir()
    project.makepyfile(
        **{"below/test_it": f"import pytest\n{SHOW.format(caption='off', rules=())}"}
    )
    monkeypatch.chdir(project.path / "below")
    project.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:schemathesis").assert_outcomes(
        passed=1
    )


def test_a_file_that_cannot_be_used_is_told_without_a_traceback(project: pytest.Pytester) -> None:
    project.path.joinpath("imagen-fake.toml").write_text("strit = true")
    result = passed(project, SHOW.format(caption="on", rules=()), errors=1)
    result.stdout.fnmatch_lines(["imagen-fake: *strit is unknown. Did you mean 'strict'?"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_that_a_file_leads_to_the_real_storage_is_a_warning(project: pytest.Pytester) -> None:
    project.path.joinpath("imagen-fake.toml").write_text('storage = "gs"\nallow_hosts = ["a.test"]')
    test = "def test_storage(imagen_fake_config): assert imagen_fake_config.storage == 'gs'"
    result = passed(project, test, apart=True, passed=1, warnings=1)
    result.stdout.fnmatch_lines(['*storage = "gs" (*imagen-fake.toml: storage)*'])


def test_where_no_fixture_is_used_no_file_is_read(project: pytest.Pytester) -> None:
    project.path.joinpath("imagen-fake.toml").write_text("broken = [")
    passed(project, "def test_nothing(): pass")
