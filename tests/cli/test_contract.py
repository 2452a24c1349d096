import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.main import main
from tests.http import call

ONE = ["--model", "imageverification@001", "--examples", "1"]


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, ["contract", *arguments], env=variables)


def test_the_fake_keeps_the_contract() -> None:
    result = run(*ONE)
    assert result.exit_code == 0, result.output
    assert " calls to fake in " in result.output
    assert "0 differences, 0 wrong assumptions" in result.output


def test_whatever_answers_at_a_url_is_held_against_it(url: str) -> None:
    result = run("--target", url, *ONE)
    assert result.exit_code == 0, result.output
    assert f" calls to {url} in " in result.output


def test_what_a_url_cannot_be_sent_is_left_out_with_the_reason(url: str) -> None:
    result = run("--target", url, "--surface", "openai")
    assert result.exit_code == 0, result.output
    assert "left out (needs what only this fake does): 2 checks, " in result.output
    assert "left out (needs the fake as of another day)" not in result.output
    assert re.search(r" 0 without an answer, [1-9]\d left out$", result.output, re.MULTILINE)


def test_checks_can_be_selected_and_skipped(url: str) -> None:
    added = call(url, "/_fake/rules", {"directives": "error=503", "name": "busy"})
    assert added.status == 200
    try:
        arguments = ["--target", url, *ONE, "--examples", "0"]
        only = run(*arguments, "--checks", "leak,same seed")
        rest = run(*arguments, "--skip", "leak")
    finally:
        call(url, "/_fake/rules/busy", method="DELETE")
    assert only.exit_code == 0, only.output
    assert "left out (not selected): " in only.output
    assert rest.exit_code == 1
    assert "left out (not selected): 1 checks" in rest.output


def test_what_does_not_answer_is_no_success() -> None:
    result = run("--target", "http://127.0.0.1:9", *ONE, "--examples", "0")
    assert result.exit_code == 1
    assert "no answer: ConnectionRefusedError" in result.output


def test_a_rule_of_the_fake_is_noticed(url: str) -> None:
    added = call(url, "/_fake/rules", {"directives": "error=503", "name": "busy"})
    assert added.status == 200
    try:
        result = run("--target", url, *ONE, "--examples", "0")
    finally:
        call(url, "/_fake/rules/busy", method="DELETE")
    assert result.exit_code == 1
    assert "status: expected 200, was 503 The service is currently unavailable." in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--model", "imagen-99"], "There is no model 'imagen-99'"),
        (["--task", "sing"], "There is no such task"),
        (["--task", "generate", "--model", "imagetext"], "that model or surface does not have it"),
        (["--task", "edit", "--surface", "gemini"], "that model or surface does not have it"),
        (["--surface", "mars"], "'mars' is not one of"),
        (["--checks", "status,heeders"], "There is no 'heeders'; did you mean headers?"),
        (["--skip", "heeders"], "There is no 'heeders'; did you mean headers?"),
        (["--checks", "zzz"], "relations: "),
        (["--checks", "zzz"], "lists of probes: "),
        (["--checks", ""], "checks: "),
    ],
)
def test_a_model_or_a_task_that_is_none_is_refused(arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, told in result.output) == (2, True)


def test_a_target_that_is_none_is_refused() -> None:
    result = run("--target", "mars", *ONE)
    assert result.exit_code == 2
    assert "'mars' is no target: fake, a URL, vertex, gemini, aiml." in result.output


def test_a_service_without_a_key_says_which_variable_to_set() -> None:
    result = run("--target", "gemini", GEMINI_API_KEY="", GOOGLE_API_KEY="")
    assert result.exit_code == 2
    assert "Set GEMINI_API_KEY or GOOGLE_API_KEY to ask gemini." in result.output


@pytest.mark.parametrize("target", ["vertex", "gemini", "aiml"])
def test_a_dry_run_of_a_service_prints_what_it_would_cost_without_a_credential(target: str) -> None:
    variables = {"GEMINI_API_KEY": "", "GOOGLE_API_KEY": "", "AIML_API_KEY": ""}
    result = run("--target", target, "--dry-run", "--budget-usd", "0.1", **variables)
    assert result.exit_code == 0, result.output
    assert "bodies that must be refused, free of charge" in result.output
    estimate = re.search(r"^about (\d\.\d\d) USD in all", result.output, re.MULTILINE)
    assert estimate
    assert 0 < float(estimate[1]) <= 0.1


def test_a_dry_run_of_what_costs_nothing_is_refused() -> None:
    result = run("--dry-run", *ONE)
    assert result.exit_code == 2
    told = "--dry-run has no effect but on what costs money: --target vertex, gemini, aiml."
    assert told in result.output


def test_a_report_of_another_kind_is_refused_before_anything_is_asked() -> None:
    result = run("--report", "report.pdf", *ONE)
    assert result.exit_code == 2
    assert "report.pdf: a report ends in .html, .json, .xml." in result.output


def test_no_fact_is_left_untouched() -> None:
    result = run("--coverage")
    assert result.output.startswith("0 of ")
    assert result.exit_code == 0


@pytest.mark.parametrize("target", ["vertex", "gemini", "aiml"])
def test_what_costs_money_is_not_chosen_by_a_file(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "imagen-fake.toml").write_text(f'target = "{target}"')
    monkeypatch.chdir(tmp_path)
    result = run("--dry-run")
    assert (result.exit_code, "target decides on spending money" in result.output) == (2, True)
    named = run("--config", "imagen-fake.toml", "--dry-run", "--model", "no-such")
    assert "decides" not in named.output
