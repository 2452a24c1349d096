import json
import os
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from imagen_fake.auth.access import Access
from imagen_fake.cli.access import (
    credentials,
    env,
    tls_certificate,
    tls_options,
    warn_if_public,
)
from imagen_fake.cli.fake_options import fake_options, keys_option
from imagen_fake.cli.main import main
from imagen_fake.config import Config, ConfigError
from imagen_fake.leading import FOLDER
from imagen_fake.server.tls import Certificate
from imagen_fake.server.tls import certificate as own


@click.command()
@fake_options
@keys_option
@tls_options
def settings(**given: Any) -> None:
    """Shows what the options come to."""
    click.echo(json.dumps({name: str(value) for name, value in given.items()}))


def run(command: click.Command, *arguments: object, **variables: str) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], env=variables)


def chosen(*arguments: object, **variables: str) -> Any:
    return json.loads(run(settings, *arguments, **variables).output)


def test_every_call_is_admitted_unless_told_otherwise() -> None:
    found = chosen()
    assert (found["auth"], found["denied"], found["token_seconds"]) == (
        "off",
        "frozenset()",
        "None",
    )
    assert (found["tls"], found["tls_cert"], found["project"]) == ("False", "None", "imagen-fake")
    assert found["keys"] == click.get_app_dir("imagen-fake")


def test_several_principals_may_be_denied() -> None:
    found = chosen("--auth", "issued", "--deny", "alice", "--deny", "alice", "--deny", "bob")
    assert eval(found["denied"]) == frozenset({"alice", "bob"})  # noqa: S307 (our own)


def test_several_pages_and_hosts_may_be_let_in() -> None:
    found = chosen("--allow-origin", "https://a.test", "--allow-host", "a.test")
    assert (found["allow_origins"], found["allow_hosts"]) == ("('https://a.test',)", "('a.test',)")
    found = chosen(IMAGEN_FAKE_ALLOW_HOST="a.test *.b.test", IMAGEN_FAKE_ALLOW_ORIGIN="http://c")
    assert found["allow_hosts"] == "('a.test', '*.b.test')"
    assert found["allow_origins"] == "('http://c',)"


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.0.2.7"])
def test_it_says_that_anyone_on_the_network_can_ask(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    warn_if_public(host)
    shown = capsys.readouterr()
    assert shown.err.startswith(f"imagen-fake: --host {host!r} is ")
    assert "anyone on the network can ask" in shown.err
    assert not shown.out


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_says_nothing_where_this_machine_alone_can_ask(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    warn_if_public(host)
    assert capsys.readouterr() == ("", "")


def test_no_certificate_is_asked_for() -> None:
    assert tls_certificate(Path("keys"), False, None, None, ()) is None


def test_a_certificate_of_the_users_own_is_taken_as_it_is() -> None:
    found = tls_certificate(Path("keys"), False, Path("a"), Path("b"), ())
    assert found == Certificate(Path("a"), Path("b"))


def test_a_certificate_of_the_fakes_own_lies_with_its_keys(tmp_path: Path) -> None:
    found = tls_certificate(tmp_path, True, None, None, ["more.example"])
    assert found
    assert found.authority == tmp_path / "tls" / "ca.pem"
    assert own(tmp_path / "tls", ["more.example"]) == found


@pytest.mark.parametrize(
    ("tls", "cert", "key"),
    [(False, "a", None), (False, None, "b"), (True, "a", "b")],
)
def test_contradictions_are_refused(tls: bool, cert: str | None, key: str | None) -> None:
    files = [Path(name) if name else None for name in (cert, key)]
    with pytest.raises(click.UsageError, match="--tls-key"):
        tls_certificate(Path("keys"), tls, files[0], files[1], ())


def test_a_file_of_credentials_is_what_the_fake_with_these_keys_accepts(tmp_path: Path) -> None:
    file = tmp_path / "adc.json"
    where = ["--keys", tmp_path, "--url", "http://h:1/", "-o", file, "--principal", "alice"]
    result = run(credentials, "--kind", "authorized-user", *where)
    assert result.output == f"{file}: authorized-user\n"
    written = json.loads(file.read_text())
    assert written["token_uri"] == "http://h:1/token"  # noqa: S105
    signer = Access(Config(keys=tmp_path)).signer
    assert signer.principals("refresh", written["refresh_token"])[0] == "alice"


def test_an_api_key_is_printed(tmp_path: Path) -> None:
    key = run(credentials, "--kind", "api-key", "--keys", tmp_path).output.strip()
    assert (
        Access(Config(keys=tmp_path))
        .signer.principals("api_key", key)[0]
        .startswith("imagen-fake@")
    )


def test_a_file_needs_a_name(tmp_path: Path) -> None:
    result = run(credentials, "--keys", tmp_path)
    assert (result.exit_code, "-o FILE" in result.output) == (2, True)


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.auth.tokens", None)
    result = run(credentials, "--keys", tmp_path, "-o", tmp_path / "adc.json")
    assert (result.exit_code, "imagen-fake[auth]" in result.output) == (1, True)


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    result = run(credentials, "--keys", tmp_path, "-o", tmp_path / "no" / "adc.json")
    assert (result.exit_code, "there is no folder" in result.output) == (2, True)


def test_variables_are_printed_for_a_shell(tmp_path: Path) -> None:
    arguments = ["--url", "http://h:1", "--project", "p", "--keys", tmp_path]
    shown = run(env, *arguments, "--shell", "powershell").output.splitlines()
    assert "$env:GOOGLE_CLOUD_PROJECT = 'p'" in shown
    assert "export GOOGLE_VERTEX_BASE_URL=http://h:1" in run(env, *arguments).output.splitlines()


def test_a_shell_leads_python_programs_by_their_path_and_a_file_for_elsewhere_does_not() -> None:
    found = {"PYTHONPATH": "own"}
    path = f"PYTHONPATH={FOLDER}{os.pathsep}own"
    assert f"export {path}" in run(env, **found).output.splitlines()
    assert "PYTHONPATH" not in run(env, "--shell", "dotenv", **found).output


def test_the_url_is_read_from_where_serve_has_written_it(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text('{"url": "http://h:2"}')
    assert "GOOGLE_GEMINI_BASE_URL=http://h:2\n" in run(env, "--ready-file", ready).output


@pytest.mark.parametrize(("scheme", "there"), [("https", True), ("http", False)])
def test_the_fakes_own_authority_is_trusted_over_https(
    tmp_path: Path, scheme: str, there: bool
) -> None:
    own(tmp_path / "tls")
    shown = run(env, "--url", f"{scheme}://h:1", "--keys", tmp_path).output
    line = f"export NODE_EXTRA_CA_CERTS={tmp_path / 'tls' / 'ca.pem'}\n"
    assert (line in shown) == there


def test_another_authority_may_be_named(tmp_path: Path) -> None:
    ca = tmp_path / "other.pem"
    ca.touch()
    assert f"SSL_CERT_FILE={ca}" in run(env, "--ca", ca).output


def test_no_certificate_without_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(ConfigError, match=r"imagen-fake\[tls\]"):
        tls_certificate(tmp_path, True, None, None, ())


def test_a_file_that_nobody_named_gives_no_credentials_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(
        'forward = "https://a.test"\nforward_credentials = true\nhost = "256.256.256.256"'
    )
    named = run(main, "serve", "--config", "mine.toml")
    (tmp_path / "mine.toml").rename("imagen-fake.toml")
    found = run(main, "serve")
    assert "forward_credentials decides on giving credentials away" in found.output
    assert "Nothing can listen" in named.output
    for result in (named, found):
        assert f'imagen-fake: forward = "https://a.test" ({tmp_path}/' in result.output


@pytest.mark.parametrize("url", ["http://a.test", "https://a.test/base", "a.test", ""])
def test_an_origin_that_cannot_be_forwarded_to_is_refused(url: str) -> None:
    result = run(main, "serve", "--host", "256.256.256.256", "--forward", url)
    assert (result.exit_code, "Error: forward" in result.output) == (2, True)
