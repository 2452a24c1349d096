import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.locate import DEFAULT_URL, resolve_url, url_options
from tests.sweep import sweep

TYPED, WRITTEN = "http://typed.test", "http://written.test"


@click.command()
@url_options
def where(url: str, ready_file: Path | None) -> None:
    """Show the URL."""
    click.echo(resolve_url(url, ready_file))


@pytest.fixture
def ready(tmp_path: Path) -> str:
    file = tmp_path / "ready.json"
    file.write_text(json.dumps({"url": WRITTEN}))
    return str(file)


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(where, arguments, env=variables)


def test_it_is_where_serve_listens_unless_told_otherwise() -> None:
    assert run().output == f"{DEFAULT_URL}\n"


def test_a_url_is_taken_as_it_is() -> None:
    assert run("--url", TYPED).output == run(IMAGEN_FAKE_URL=TYPED).output == f"{TYPED}\n"


def test_a_ready_file_tells_it(ready: str) -> None:
    assert run("--ready-file", ready).output == f"{WRITTEN}\n"
    assert run(IMAGEN_FAKE_READY_FILE=ready).output == f"{WRITTEN}\n"


def test_what_is_typed_goes_before_variables(ready: str) -> None:
    assert run("--url", TYPED, IMAGEN_FAKE_READY_FILE=ready).output == f"{TYPED}\n"
    assert run("--url", TYPED, IMAGEN_FAKE_READY_FILE="/no/such").output == f"{TYPED}\n"
    assert run("--ready-file", ready, IMAGEN_FAKE_URL=TYPED).output == f"{WRITTEN}\n"


@pytest.mark.parametrize("url", ["http://[::1]:8787", "https://a.test/below/it/", "HTTP://A"])
def test_a_url_may_have_a_path_and_an_address(url: str) -> None:
    assert run("--url", url).output == f"{url}\n"


@sweep(
    "url",
    [
        "nonsense",
        "ftp://h",
        "",
        "http://",
        "http:///a",
        "http://a b",
        "http://a:b",
        "http://[::1",
        "http://a:65536",
        "http://a?b",
        "http://user:secret@a",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    result = run("--url", url)
    assert (result.exit_code, f"{url!r} is no URL" in result.output) == (2, True)


def test_both_at_once_are_refused(ready: str) -> None:
    result = run("--url", TYPED, "--ready-file", ready)
    assert (result.exit_code, "--url has no effect" in result.output) == (2, True)


def test_a_file_that_is_not_there_is_told_with_who_writes_it(tmp_path: Path) -> None:
    result = run("--ready-file", str(tmp_path / "none.json"))
    assert (result.exit_code, "No such file" in result.output) == (1, True)
    assert "serve --ready-file" in result.output


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"url": 1}', "[" * 100_000])
def test_a_file_of_something_else_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    result = run("--ready-file", str(file))
    assert (result.exit_code, "`imagen-fake serve --ready-file` writes it" in result.output) == (
        2,
        True,
    )
