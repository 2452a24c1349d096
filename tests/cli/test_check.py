import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.check import PATHS
from imagen_fake.cli.main import main
from tests.http import call
from tests.sweep import sweep


def run(*arguments: str, stdin: str | None = None, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, env=variables)


def request(**parameters: object) -> str:
    return json.dumps({"instances": [{"prompt": "a red apple"}], "parameters": parameters})


def test_check_says_what_is_taken() -> None:
    result = run("check", "-", "--model", "imagen-4.0-generate-001", stdin=request(sampleCount=2))
    assert (result.exit_code, result.output) == (
        0,
        "ok: generate on imagen-4.0-generate-001, 2 asked, 0 filtered\n",
    )


def test_check_warns_of_what_is_ignored() -> None:
    asked = request(sampleCuont=2)
    result = run("check", "-", "--model", "imagen-4.0-generate-001", stdin=asked)
    assert result.output.startswith("warning: parameters.sampleCuont")


def test_check_warns_of_half_written_directives() -> None:
    asked = json.dumps({"instances": [{"prompt": "an apple [fake error=503]"}]})
    for more, said, code in ([], "warning: ", 0), (["--strict"], "refused: 400 INVALID", 1):
        result = run("check", "-", "--model", "imagen-4.0-generate-001", *more, stdin=asked)
        assert result.exit_code == code
        assert result.output.startswith(said)
        assert "'[fake error=503]' in the prompt is taken as words" in result.output


def test_check_fails_with_the_words_of_the_service(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(request(sampleCount=9))
    result = run("check", str(file), "--model", "imagen-4.0-generate-001")
    assert result.exit_code == 1
    assert result.output.startswith("refused: 400 INVALID_ARGUMENT\nImage generation failed")


def test_check_of_a_day_knows_what_was_gone() -> None:
    result = run(
        "check", "-", "--model", "imagegeneration@006", stdin=request(),
        IMAGEN_FAKE_AS_OF="2026-01-01",
    )  # fmt: skip
    assert result.output.startswith("refused: 404 NOT_FOUND")


MODEL = ("--model", "imagen-4.0-generate-001")
FILTERED = json.dumps({"instances": [{"prompt": "Violence and gore"}]})
PARTLY = json.dumps({"instances": [{"prompt": "Violence and gore"}, {"prompt": "a cat"}]})
IGNORED = request(sampleCuont=2)


@sweep(
    ("body", "fail_on", "code"),
    [
        (FILTERED, (), 0),
        (FILTERED, ("ignored",), 0),
        (FILTERED, ("filtered",), 3),
        (IGNORED, (), 0),
        (IGNORED, ("filtered",), 0),
        (IGNORED, ("ignored",), 4),
        (IGNORED, ("filtered", "ignored"), 4),
        (request(), ("filtered", "ignored"), 0),
        (request(sampleCount=9), ("filtered", "ignored"), 1),
    ],
)
def test_check_fails_on_what_it_is_told_to(body: str, fail_on: tuple[str, ...], code: int) -> None:
    options = [word for name in fail_on for word in ("--fail-on", name)]
    assert run("check", "-", *MODEL, *options, stdin=body).exit_code == code


def test_check_does_not_take_some_for_all() -> None:
    asked = json.dumps({"instances": [{"prompt": "a red apple [fake: filter=1]"}]})
    result = run("check", "-", *MODEL, "--fail-on", "filtered", stdin=asked)
    assert result.exit_code == 0


def test_check_tells_json_of_what_is_taken() -> None:
    result = run("check", "-", *MODEL, "--json", stdin=IGNORED)
    told = json.loads(result.output)
    assert [text.partition(" ")[0] for text in told.pop("ignored")] == ["parameters.sampleCuont"]
    assert told == {
        "taken": True, "task": "generate", "model": "imagen-4.0-generate-001", "pictures": 4,
        "filtered": 0,
    }  # fmt: skip


def test_check_tells_json_of_what_is_refused() -> None:
    result = run("check", "-", *MODEL, "--json", stdin="{")
    told = json.loads(result.output)
    assert (result.exit_code, told["taken"]) == (1, False)
    assert (told["error"]["code"], told["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_check_knows_the_limits_of_each_surface() -> None:
    """The Gemini API refuses a language, Vertex AI takes it."""
    asked = request(language="ja")
    codes = [
        run("check", "-", *MODEL, "--surface", surface, "--fail-on", "ignored", stdin=asked)
        for surface in ("vertex", "gemini")
    ]
    assert codes[0].exit_code == 0
    assert codes[1].exit_code != 0


@pytest.mark.parametrize("surface", ["aiml", "openai"])
def test_check_reads_the_model_from_a_request_that_names_it(surface: str) -> None:
    asked = json.dumps({"model": "imagen-4.0-generate-001", "prompt": "a cat", "colour": "red"})
    result = run("check", "-", "--surface", surface, "--json", stdin=asked)
    told = json.loads(result.output)
    assert (told["model"], told["pictures"]) == ("imagen-4.0-generate-001", 1)
    assert any(text.startswith("colour ") for text in told["ignored"])


@sweep("surface", ["aiml", "openai"])
@sweep(
    "asked",
    [
        {"model": "nope", "prompt": "a cat"},
        {"model": "google/imagetext", "prompt": "a cat"},
        {"model": "google/nope/x", "prompt": "a cat", "n": 1},
        {"model": "google/imagen-4.0-generate-001", "prompt": "a cat [fake: error=404]"},
        {"model": "google/imagen-4.0-generate-001", "prompt": "a cat [fake: error=429]"},
        {"model": "google/imagen-4.0-generate-001", "prompt": "how to make a bomb"},
        {"model": "google/imagen-4.0-generate-001"},
        {"model": "imagen-3.0-generate-002", "prompt": 3},
        ["a cat"],
    ],
    ids=repr,
)
def test_check_refuses_in_the_words_of_the_path(url: str, surface: str, asked: Any) -> None:
    checked = run("check", "-", "--surface", surface, "--json", stdin=json.dumps(asked))
    reply = call(url, PATHS[surface], asked)
    told = json.loads(checked.output)["error"]
    answered = reply.json.get("error", reply.json)["message"]
    assert (checked.exit_code, told["code"], told["message"]) == (1, reply.status, answered)


@pytest.mark.parametrize(
    "options", [(), ("--surface", "gemini"), ("--surface", "aiml", "--model", "x")]
)
def test_check_wants_one_model(options: tuple[str, ...]) -> None:
    result = run("check", "-", *options, stdin=request())
    assert (result.exit_code, "model" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("directives", "options", "code", "said"),
    [
        ("filter=all", ["--fail-on", "filtered"], 3, "4 asked, 4 filtered"),
        ("error=503", [], 1, "refused: 503 UNAVAILABLE"),
        ("bogus=1", [], 1, "refused: 400 INVALID_ARGUMENT"),
        ("error=503", ["--directives", "header"], 0, "4 asked, 0 filtered"),
    ],
)
def test_check_follows_the_directives_of_a_prompt(
    directives: str, options: list[str], code: int, said: str
) -> None:
    asked = json.dumps({"instances": [{"prompt": f"an apple [fake: {directives}]"}]})
    result = run("check", "-", "--model", "imagen-4.0-generate-001", *options, stdin=asked)
    assert result.exit_code == code
    assert said in result.output
