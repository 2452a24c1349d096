"""No option is taken and then does nothing: it is refused, and the condition is named."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main
from tests.sweep import sweep

UNUSED: dict[str, Sequence[tuple[str, str]]] = {
    "serve": [
        ("--tls-name a.test", "--tls-name has no effect without --tls"),
        ("--tls-name a.test --tls-cert {file} --tls-key {file}", "--tls-name has no effect"),
        ("--tls-key {file}", "--tls-cert together with --tls-key"),
        ("--tls-cert {file}", "--tls-cert together with --tls-key"),
        ("--tls --tls-cert {file} --tls-key {file}", "Either --tls, or"),
        ("--deny bob", "--deny has no effect without --auth issued"),
        ("--forward-credentials", "--forward-credentials has no effect without --forward"),
        ("--auth any --deny bob", "--deny has no effect without --auth issued"),
    ],
    "run": [("--deny bob -- true", "--deny has no effect without --auth issued")],
    "models": [("imagetext --as-of 2026-01-01", "--as-of has no effect on what is shown of one")],
    "check": [
        ("{file} --surface openai --model imagen-4.0-generate-001", "the request names the model"),
        ("{file} --caption off", "No such option"),
        ("{file} --include-rai-reason true", "No such option"),
    ],
    "render": [("x --caption off --font {file}", "--font has no effect with --caption off")],
    "credentials": [
        ("--kind api-key --url http://h", "--url has no effect on API keys"),
        ("--kind api-key --principal bob --project p", "--project has no effect"),
        ("--kind external-account --project p -o adc", "--project has no effect"),
        ("--kind external-account -o -", "An external account names it"),
    ],
    "env": [
        ("--url http://h --ready-file {file}", "--url has no effect with --ready-file"),
        ("--ca {file} --keys {folder}", "--keys has no effect with --ca"),
        ("--url https://h --keys {folder}", "--keys has no effect as there is no"),
    ],
    "health": [("--url http://h --ready-file {file}", "--url has no effect with --ready-file")],
    "verdict": [("--url http://h --ready-file {file}", "--url has no effect with --ready-file")],
    "migrate": [
        ("{file} --out {folder}", "--out has no effect without --try"),
        *((f"{{file}} {one}", "has no effect without --journal") for one in (
            "--url http://h", "--ready-file {file}", "--for-project p",
        )),
        *((f"--journal {one}", "has no effect with --journal") for one in (
            "--model imagetext", "--try", "--out {folder}",
        )),
        ("--journal --url http://h --ready-file {file}", "--url has no effect with --ready-file"),
    ],
    "contract": [
        *((f"--coverage {one}", "has no effect with --coverage") for one in (
            "--target http://h", "--model imagetext", "--task generate", "--examples 1",
            "--seed 1", "--budget-usd 1", "--dry-run", "--resume r", "--record {folder}",
            "--report r.json", "--mutants", "--project p", "--location l",
            "--surface gemini", "--checks status", "--skip status", "--picture image={file}",
        )),
        *((f"--target vertex --dry-run {one}", "has no effect with --dry-run") for one in (
            "--record {folder}", "--report r.json", "--mutants", "--project p", "--location l",
            "--checks status", "--skip status",
        )),
        *((f"--target vertex {one}", "has no effect on --target vertex") for one in (
            "--examples 1", "--seed 1", "--surface gemini",
        )),
        *((one, "has no effect but on what costs money") for one in (
            "--budget-usd 1", "--dry-run", "--resume r", "--picture image={file}",
        )),
        *((f"{target} {one}", "has no effect but on --target vertex")
          for target in ("", "--target gemini", "--target http://h")
          for one in ("--project p", "--location l")),
        ("--examples 0 --seed 1", "--seed has no effect with --examples 0"),
        ("--resume -", "it has to be a file"),
    ],
}  # fmt: skip
"""Arguments by command, and what is said of them."""

CASES = [(name, *case) for name, cases in UNUSED.items() for case in cases]


@pytest.mark.parametrize(("command", "arguments", "told"), CASES)
def test_an_option_that_would_do_nothing_is_refused(
    command: str, arguments: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "file.json"
    file.write_text('{"instances": [{"prompt": "x"}]}')
    typed = arguments.format(file=file, folder=tmp_path).split()
    result = CliRunner().invoke(main, [command, *typed])
    assert (result.exit_code, told in result.output) == (2, True), result.output


ALWAYS = {
    "serve": {
        "host", "port", "grpc_port", "ready_file", "vary_unseeded", "cache_mb", "journal_mb",
        "c2pa", "max_body_mb", "endpoints", "storage", "fonts", "rules", "as_of", "directives",
        "caption", "strict", "allowlisted", "approved", "include_rai_reason", "auth",
        "token_seconds", "allow_origins", "allow_hosts", "project", "keys", "forward",
    },
    "run": {
        "vary_unseeded", "c2pa", "cache_mb", "journal_mb", "max_body_mb", "endpoints", "storage",
        "fonts", "rules", "as_of", "directives", "caption", "strict", "allowlisted", "approved",
        "include_rai_reason", "auth", "token_seconds", "allow_origins", "allow_hosts", "project",
    },
    "models": {"as_json"},
    "check": {
        "surface", "fail_on", "as_json", "as_of", "directives", "strict", "allowlisted", "approved",
    },
    "render": {"output", "model", "aspect_ratio", "image_size", "seed"},
    "openapi": {"surface", "base", "output"},
    "credentials": {"keys", "principal"},
    "env": {"project", "credentials", "shell"},
    "verdict": {"fail_on", "budget", "as_of", "for_project", "as_json"},
    "migrate": {"to", "surface", "as_of", "accept_loss", "as_json"},
}  # fmt: skip
"""The options that have an effect beside any others."""


@sweep("command", main.commands)
def test_every_option_is_held_by_this(command: str) -> None:
    typed = " ".join(arguments for arguments, _ in UNUSED.get(command, ()))
    options = [one for one in main.commands[command].params if one.param_type_name == "option"]
    rare = {one.name for one in options if not any(name in typed for name in one.opts)}
    assert rare <= ALWAYS.get(command, set()) | {"config", "no_config"}


@pytest.mark.parametrize("command", ["health", "env"])
def test_variables_for_other_commands_are_no_contradiction(command: str, tmp_path: Path) -> None:
    variables = {"IMAGEN_FAKE_URL": "http://127.0.0.1:9", "IMAGEN_FAKE_KEYS": str(tmp_path)}
    ready = tmp_path / "ready.json"
    ready.write_text('{"url": "http://127.0.0.1:8"}')
    result = CliRunner().invoke(main, [command, "--ready-file", str(ready)], env=variables)
    assert "http://127.0.0.1:8" in result.output


def test_what_a_variable_denies_without_effect_is_refused() -> None:
    result = CliRunner().invoke(main, ["serve"], env={"IMAGEN_FAKE_DENY": "bob"})
    assert (result.exit_code, "without --auth issued" in result.output) == (2, True)
