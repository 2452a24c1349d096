"""What README and the pages of `docs/` promise."""

import json
import os
import re
import shutil
import subprocess
from itertools import chain
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from PIL import Image

from imagen_fake import spec
from imagen_fake.cli.config_file import read
from imagen_fake.cli.file_config import file_config
from imagen_fake.cli.main import main
from imagen_fake.directives.directives import DIRECTIVES
from tests.documents import ROOT, block, pages
from tests.snippets import Snippet, snippets, snippets_of
from tests.sweep import sweep

pytest_plugins = ["pytester"]

OTHERS = ("CONTRIBUTING.md", "SECURITY.md")
PAGES = {**pages(), **{name: (ROOT / name).read_text(encoding="utf-8") for name in OTHERS}}
README, CLI = PAGES["README.md"], PAGES["docs/cli.md"]
SNIPPETS = list(snippets())
USAGE = re.compile(r"(?<![\w./-])imagen-fake ([a-z]+)((?:(?!\bimagen-fake )[^`|#\n])*)")
"""A command of ours with its arguments, in a block of code or a line of text."""


def run_by_shell(command: str, url: str, folder: Path) -> str:
    """What a command of a page prints, asked of another address. Raises CalledProcessError."""
    line = command.replace("http://127.0.0.1:8787", url)
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_curl_saves_a_picture(url: str, tmp_path: Path) -> None:
    assert shutil.which("curl")
    run_by_shell(block("command: curl"), url, tmp_path)
    with Image.open(tmp_path / "apple.png") as image:
        assert (image.size, image.mode, image.format) == ((1024, 1024), "RGB", "PNG")


def test_the_curl_with_a_directive_gets_the_error_of_the_service(url: str, tmp_path: Path) -> None:
    error = json.loads(run_by_shell(block("command: fault"), url, tmp_path))["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")


def test_ci_runs_exactly_the_test_command_of_readme() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "$(readme_command test)" in ci
    assert block("command: test").startswith("python3 -m venv .venv && ")


@sweep("command", main.commands)
def test_every_command_is_in_the_table_of_commands(command: str) -> None:
    assert f"| `imagen-fake {command}" in CLI


@sweep("option", main.commands["serve"].params)
def test_every_option_of_serve_is_in_the_table_of_its_options(option: object) -> None:
    names = [*getattr(option, "opts", ()), *getattr(option, "secondary_opts", ())]
    assert any(f"`{name}" in CLI for name in names)


def test_the_row_of_run_names_exactly_the_options_of_serve_that_it_lacks() -> None:
    row = re.search(r"^\| `imagen-fake run .*$", CLI, re.MULTILINE)
    assert row
    lacking = row[0].partition("every option of `serve` but ")[2].partition("`:")[0]
    assert set(re.findall(r"`(--[\w-]+)`?", lacking)) == {
        option.opts[0]
        for option in main.commands["serve"].params
        if option.name not in {one.name for one in main.commands["run"].params}
    }


def options(command: str) -> set[str]:
    """The long options of a command and of those below it, and those of every command."""
    own = main.commands[command]
    below = own.commands.values() if isinstance(own, click.Group) else ()
    if command == "config":  # takes those of any
        below = main.commands.values()
    every = [option for one in (own, *below) for option in one.params]
    return {"--help"}.union(*({*option.opts, *option.secondary_opts} for option in every))


@sweep("page", PAGES)
def test_a_page_names_only_commands_and_options_that_there_are(page: str) -> None:
    for command, arguments in USAGE.findall(PAGES[page]):
        if command in main.commands:
            own = arguments.partition(" -- ")[0]
            assert set(re.findall(r"(?<!\S)--[a-z-]+", own)) <= options(command), arguments
        else:
            assert f"`imagen-fake {command}" not in PAGES[page]


def test_readme_stays_a_front_page() -> None:
    assert README.count("\n") <= 200


def test_readme_leads_to_every_page() -> None:
    assert {f"]({page})" for page in PAGES} - {"](README.md)"} <= set(
        re.findall(r"\]\([^)]+\)", README)
    )


def test_each_snippet_says_how_to_install_what_it_needs() -> None:
    marked = chain.from_iterable(
        re.findall(r"<!-- snippet: (\w+) -->", text) for text in PAGES.values()
    )
    assert sorted(snippet.name for snippet in SNIPPETS) == sorted(set(marked))
    programs = {"python": "pip install ", "js": "npm install ", "ts": "npm install "}
    for snippet in SNIPPETS:
        assert snippet.install.startswith(programs[snippet.language])


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[snippet.name for snippet in SNIPPETS])
def test_each_snippet_is_run_by_a_test(snippet: Snippet) -> None:
    files = (
        *(ROOT / "tests" / "clients").rglob("*.py"),
        *(ROOT / "tests" / "clients").rglob("*.cjs"),
    )
    texts = [file.read_text(encoding="utf-8") for file in files if "node_modules" not in file.parts]
    here = snippet.is_test or snippet.name in {"intercept", "serve"}
    assert here or any(f'snippet("{snippet.name}"' in text for text in texts)


def test_what_a_snippet_needs_is_said_in_the_paragraph_before_it() -> None:
    snippet = "<!-- snippet: a -->\n```python\nimport a\n```\n"
    (found,) = snippets_of(
        "page", f"Of a checkout `pip install .`.\n\n**a**: `pip install a`\n\n{snippet}"
    )
    assert found.install == "pip install a"
    with pytest.raises(LookupError, match="'a'"):
        list(snippets_of("page", f"Of a checkout `pip install .`.\n\n**a**\n\n{snippet}"))


@sweep("page", PAGES)
def test_a_page_counts_the_model_ids_right(page: str) -> None:
    assert set(re.findall(r"(\d+) model ids", PAGES[page])) <= {str(len(spec.model_ids()))}


def test_the_table_of_tasks_says_which_models_do_a_task() -> None:
    answers = PAGES["docs/answers.md"]
    shown = re.search(r"<!-- tasks -->\n(.*?)<!-- tasks end -->", answers, re.DOTALL)
    assert shown
    models = {name: model for name in spec.model_ids() if (model := spec.model(name))}
    tasks = dict.fromkeys(task for model in models.values() for task in model.tasks)
    rows = {
        "| {} | {} |".format(
            spec.task_schema(task)["title"],
            " ".join(f"`{name}`" for name, model in models.items() if task in model.tasks),
        )
        for task in tasks
    }
    assert set(shown[1].splitlines()[2:]) == rows
    generating = sum("generate" in model.tasks for model in models.values())
    assert f"{generating} of the ids answer text-to-image" in answers


def anchors(text: str) -> set[str]:
    """What leads to the headings of a page, as GitHub spells it."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@sweep("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = re.findall(r"`((?:imagen_fake|schemas|tests|cassettes)/[\w./@-]+)`", PAGES[page])
    assert [name for name in named if not (ROOT / name).exists()] == []


@sweep("page", PAGES)
def test_every_link_leads_to_a_file_and_a_heading(page: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", PAGES[page]):
        path, _, anchor = link.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), link
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), link


def test_every_directive_is_in_the_table() -> None:
    rows = [
        "| `{}` | {} | {} |".format(written.replace("|", r"\|"), means, "rules" if rule else "all")
        for written, means, _, rule in DIRECTIVES
    ]
    head = ["| directive | does | in |", "| --- | --- | --- |"]
    faults = PAGES["docs/faults.md"]
    shown = re.search(r"<!-- directives -->\n(.*?)<!-- directives end -->", faults, re.DOTALL)
    assert shown
    assert shown[1].splitlines() == [*head, *rows]


def test_the_keys_that_are_lists_are_named() -> None:
    sentence = re.search(r"a list in the plural: (.*?) \(`imagen-fake config", CLI, re.DOTALL)
    assert sentence
    lists = {str(one.name) for one in main.commands["serve"].params if getattr(one, "multiple", 0)}
    assert set(re.findall(r"`(\w+)`", sentence[1])) == lists


def test_the_documented_configuration_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "imagen-fake.toml"
    file.write_text(block("toml: configuration"))
    for command in ("serve", "contract"):
        shown = CliRunner().invoke(main, ["config", command, "--config", str(file)])
        assert f"# {file}: " in shown.output
    config, _ = file_config(read(file))
    assert config.endpoints == {"56": "imagen-4.0-generate-001"}
    assert (config.strict, config.storage) == (True, tmp_path / "bucket")


def test_the_documented_interception_works(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("snippet: intercept"), "testing.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out == "4 pictures\n"


def test_the_documented_serving_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.environ", dict(os.environ))
    exec(compile(block("snippet: serve"), "testing.md", "exec"), {})  # noqa: S102
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+ 0 calls\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "name",
    [
        snippet.name
        for snippet in SNIPPETS
        if snippet.is_test and "google-cloud-aiplatform" not in snippet.install
    ],
)  # those with Google's clients are run beside them, in tests/clients
def test_the_documented_tests_pass(
    name: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("IMAGEN_FAKE_URL", url)
    code = block(f"snippet: {name}")
    pytester.makepyfile(test_page=code)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:schemathesis")
    result.assert_outcomes(passed=code.count("\ndef test_"))
