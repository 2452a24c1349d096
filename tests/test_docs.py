"""What README promises."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.cli.main import main
from imagen_fake.directives.directives import table
from tests.snippets import snippets

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(marker: str) -> str:
    found = re.search(rf"<!-- {re.escape(marker)} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_the_curl_saves_a_picture(url: str, tmp_path: Path) -> None:
    assert shutil.which("curl")
    command = block("command: curl").replace("http://127.0.0.1:8787", url)
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)
    with Image.open(tmp_path / "apple.png") as image:
        assert (image.size, image.mode, image.format) == ((1024, 1024), "RGB", "PNG")


def test_ci_runs_exactly_the_test_command_of_readme() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "$(readme_command test)" in ci
    assert block("command: test").startswith("python3 -m venv .venv && ")


@pytest.mark.parametrize("command", main.commands)
def test_every_command_is_in_readme(command: str) -> None:
    assert f"`imagen-fake {command}" in README


@pytest.mark.parametrize("option", main.commands["serve"].params)
def test_every_option_of_serve_is_in_readme(option: object) -> None:
    names = [*getattr(option, "opts", ()), *getattr(option, "secondary_opts", ())]
    assert any(f"`{name}" in README for name in names)


def test_readme_names_exactly_the_options_that_run_takes() -> None:
    row = re.search(r"^\| `imagen-fake run .*$", README, re.MULTILINE)
    assert row
    taken = {
        name
        for option in main.commands["run"].params
        for name in (*option.opts, *option.secondary_opts)
        if name.startswith("--")
    }
    assert set(re.findall(r"`(--[\w-]+)`", row[0])) == taken - {"--allowlisted", "--approved"}


def test_each_snippet_of_readme_says_how_to_install_what_it_needs() -> None:
    told = {one.name: one.install for one in snippets()}
    assert set(told) == set(re.findall(r"<!-- snippet: (\w+) -->", README))
    for snippet in snippets():
        program = {"python": "pip install ", "js": "npm install "}[snippet.language]
        assert told[snippet.name].startswith(program)


def test_what_a_snippet_needs_is_said_in_the_paragraph_before_it() -> None:
    snippet = "<!-- snippet: a -->\n```python\nimport a\n```\n"
    (found,) = snippets(f"Of a checkout `pip install .`.\n\n**a**: `pip install a`\n\n{snippet}")
    assert found.install == "pip install a"
    with pytest.raises(LookupError, match="'a'"):
        list(snippets(f"Of a checkout `pip install .`.\n\n**a**\n\n{snippet}"))


def test_readme_counts_the_model_ids_right() -> None:
    assert f"{len(spec.model_ids())} model ids" in README


def test_readme_says_which_models_do_a_task() -> None:
    shown = re.search(r"<!-- tasks -->\n(.*?)<!-- tasks end -->", README, re.DOTALL)
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
    assert f"{generating} of the ids answer text-to-image" in README


def test_every_linked_file_is_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).is_file()


def test_every_directive_is_in_the_table_of_readme() -> None:
    rows = [
        "| `{}` | {} | {} |".format(written.replace("|", r"\|"), means, "rules" if rule else "all")
        for written, means, rule in table()
    ]
    head = ["| directive | does | in |", "| --- | --- | --- |"]
    shown = re.search(r"<!-- directives -->\n(.*?)<!-- directives end -->", README, re.DOTALL)
    assert shown
    assert shown[1].splitlines() == [*head, *rows]


def test_the_interception_of_readme_works(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("snippet: intercept"), "README", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out == "4 pictures\n"


def test_the_test_of_readme_passes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_readme=block("snippet: pytest"))
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
