"""`imagen-fake migrate --journal` against a fake on a socket."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.main import main
from imagen_fake.cli.migrate import EXIT_LOST
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.conftest import RESOURCE
from tests.http import call
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"
PATH = f"/v1/{RESOURCE}{MODEL}:predict"


@pytest.fixture
def fake() -> Iterator[str]:
    with serve_in_thread(state=State()) as url:
        yield url


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["migrate", "--journal", "--url", url, *arguments])


def ask(url: str, **parameters: object) -> None:
    call(url, PATH, {"instances": [{"prompt": "a red apple"}], "parameters": parameters})


def test_an_empty_journal_changes_nothing(fake: str) -> None:
    result = run(fake)
    assert (result.exit_code, result.output) == (
        0, "0 calls of Imagen would be 0 calls of generateContent\n",
    )  # fmt: skip


def test_all_calls_are_told_in_groups_and_losses_fail(fake: str) -> None:
    ask(fake, sampleCount=2)
    ask(fake, sampleCount=1, seed=7, addWatermark=False)
    ask(fake, sampleCount=9)
    result = run(fake, "--to", "gemini-3.1-flash-image", "--for-project", "p")
    assert (result.exit_code, run(fake, "--accept-loss").exit_code) == (EXIT_LOST, 0)
    said = result.output.splitlines()
    assert said[:3] == [
        "3 calls of Imagen would be 3 calls of generateContent",
        f"- {MODEL} -> gemini-3.1-flash-image: 2 calls",
        "- refused as they are: 1 call",
    ]
    assert any(line.startswith("- lost in 1 call: seed: ") for line in said)
    assert any(line.startswith("- changed in 2 calls: answer: ") for line in said)
    assert said[-1].startswith("- cost: 0.12 USD before, ")


def test_json_is_what_the_fake_answers(fake: str) -> None:
    ask(fake, sampleCount=1)
    answered = call(fake, "/_fake/migrate?surface=gemini").body
    found = json.loads(run(fake, "--json", "--surface", "gemini").output)
    assert (found, found["calls"]) == (json.loads(answered), 1)


@sweep(
    ("arguments", "said"),
    [
        (["--model", MODEL], "--model has no effect with --journal."),
        (["--try"], "--try has no effect with --journal."),
        (["-"], "Say which request: REQUEST.json, - for standard input or --journal"),
        (["--to", "gemini-3.1-flash"], "Did you mean gemini-3.1-flash-image"),
        (["--for-project", "a b"], "'a b' is none"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments: list[str], said: str) -> None:
    result = run("http://127.0.0.1:1", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_what_is_no_fake_is_named(fake: str) -> None:
    assert "does not answer" in run("http://127.0.0.1:1").stderr
    assert "is it a fake's address?" in run(f"{fake}/elsewhere").stderr


def test_a_running_fake_is_not_asked_of_one_request() -> None:
    arguments = ["migrate", "-", "--url", "http://127.0.0.1:1"]
    result = CliRunner().invoke(main, arguments, input="{}")
    assert "--url has no effect without --journal." in result.stderr
