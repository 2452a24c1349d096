import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from time import time
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake.auth.access import Access
from imagen_fake.auth.credentials import (
    CERTIFICATES,
    KINDS,
    AdcRequest,
    api_key,
    bash,
    dotenv,
    environment,
    powershell,
    shell_lines,
    write_adc,
)
from imagen_fake.config import Config, ConfigError

URL = "http://127.0.0.1:8787"
ACCESS = Access(Config(project="my-project"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "adc.json"


def written(
    kind: str, file: Path, principal: str | None = None, access: Access = ACCESS
) -> dict[str, Any]:
    write_adc(kind, AdcRequest(access, URL, file, principal))
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_says_its_kind_and_is_for_its_owner(kind: str, file: Path) -> None:
    file.write_text("something else that all may read, and that is longer by far" * 100)
    file.chmod(0o644)
    assert written(kind, file)["type"] == kind.replace("-", "_")
    assert file.stat().st_mode & 0o077 == 0


def test_a_service_account_can_sign_what_the_fake_verifies(file: Path) -> None:
    found = written("service-account", file)
    claims = {"iss": found["client_email"], "iat": int(time()), "exp": int(time()) + 60}
    headers = {"kid": found["private_key_id"]}
    assertion = jwt.encode(claims, found["private_key"], "RS256", headers)
    assert ACCESS.signer.verify_assertion(assertion) == (found["client_email"],)
    assert found["client_email"] == "imagen-fake@my-project.iam.gserviceaccount.com"
    assert (found["project_id"], found["token_uri"]) == ("my-project", f"{URL}/token")


def test_no_two_service_accounts_share_a_key(file: Path) -> None:
    first = written("service-account", file)["private_key"]
    assert written("service-account", file)["private_key"] != first


def test_the_token_of_an_external_account_stands_in_its_own_file(file: Path) -> None:
    found = written("external-account", file)
    source = found["credential_source"]
    assert source["file"] == str(file)
    token = found[source["format"]["subject_token_field_name"]]
    assert ACCESS.signer.principals("subject", token)[0].startswith(
        "principal://iam.googleapis.com/"
    )
    assert found["token_url"] == f"{URL}/v1/token"


def test_a_login_can_be_refreshed(file: Path) -> None:
    token = written("authorized-user", file)["refresh_token"]
    assert ACCESS.signer.principals("refresh", token)[0] == "user@imagen-fake.example"


@pytest.mark.parametrize(("kind", "field"), [("service-account", "client_email")])
def test_a_file_may_be_for_somebody_else(kind: str, field: str, file: Path) -> None:
    assert written(kind, file, "mallory")[field] == "mallory"
    token = written("external-account", file, "mallory")["subject_token"]
    assert ACCESS.signer.principals("subject", token)[0] == "mallory"


def test_an_api_key_passes_as_one() -> None:
    assert ACCESS.signer.principals("api_key", api_key(ACCESS, "alice"))[0] == "alice"
    assert ACCESS.signer.principals("api_key", api_key(ACCESS))[0] == ACCESS.account


def test_nothing_is_written_where_there_can_be_no_key(tmp_path: Path, file: Path) -> None:
    (tmp_path / "keys").touch()
    with pytest.raises(ConfigError, match="cannot be kept"):
        write_adc("service-account", AdcRequest(Access(Config(keys=tmp_path / "keys")), URL, file))
    assert not file.exists()


def test_an_account_without_the_library_says_what_to_install(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.auth.tokens", None)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    with pytest.raises(ConfigError, match=r"imagen-fake\[auth\]"):
        write_adc("service-account", AdcRequest(Access(), URL, file))


@pytest.mark.parametrize("kind", ["external-account", "authorized-user"])
def test_other_files_are_written_without_the_library(
    kind: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.auth.tokens", None)
    found = written(kind, file, access=Access())
    token = found["subject_token" if kind == "external-account" else "refresh_token"]
    assert (found["type"], token[-1]) == (kind.replace("-", "_"), ".")  # an empty signature


VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)


def test_a_fake_is_named_to_every_client() -> None:
    assert environment(f"{URL}/", "p") == {
        "GOOGLE_VERTEX_BASE_URL": URL,
        "GOOGLE_GEMINI_BASE_URL": URL,
        "OPENAI_BASE_URL": f"{URL}/v1",
        "STORAGE_EMULATOR_HOST": URL,
        "GOOGLE_CLOUD_PROJECT": "p",
        "GCE_METADATA_HOST": "127.0.0.1:8787",
        "GCE_METADATA_IP": "127.0.0.1:8787",
    }


def test_files_are_named_by_their_whole_path() -> None:
    shown = environment(URL, "p", adc=Path("adc.json"), ca=Path("ca.pem"))
    assert shown["GOOGLE_APPLICATION_CREDENTIALS"] == str(Path.cwd() / "adc.json")
    assert {shown[name] for name in CERTIFICATES} == {str(Path.cwd() / "ca.pem")}


def test_over_tls_there_is_no_metadata_server() -> None:
    shown = environment("https://localhost:8443", "p")
    assert not [name for name in shown if name.startswith("GCE_")]
    assert shown["GOOGLE_VERTEX_BASE_URL"] == "https://localhost:8443"


@given(VALUES)
@settings(max_examples=40)  # each asks a shell
def test_a_shell_reads_the_very_value(value: str) -> None:
    assert shlex.split(bash("NAME", value)) == ["export", f"NAME={value}"]


def test_bash_itself_reads_the_lines() -> None:
    shown = {"A": 'it\'s $HOME `x` "y"', "B": "c:\\d e"}
    script = shell_lines("bash", shown) + 'printf "%s\\n%s" "$A" "$B"'
    bash_path = shutil.which("bash")
    assert bash_path
    ran = subprocess.run([bash_path, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{shown['A']}\n{shown['B']}"


def test_powershell_doubles_quotes() -> None:
    assert powershell("NAME", "C:\\it's") == "$env:NAME = 'C:\\it''s'"


@pytest.mark.parametrize("quote", ["\u2018", "\u2019", "\u201a", "\u201b"])
def test_powershell_doubles_what_it_takes_for_quotes(quote: str) -> None:
    assert powershell("NAME", f"a{quote}b") == f"$env:NAME = 'a{quote}{quote}b'"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (URL, f"NAME={URL}"),
        ("/a b", "NAME='/a b'"),
        ("C:\\a", "NAME='C:\\a'"),
        ('it\'s "so"', 'NAME="it\'s \\"so\\""'),
    ],
)
def test_a_dotenv_file_quotes_only_what_needs_it(value: str, line: str) -> None:
    assert dotenv("NAME", value) == line


def test_a_shell_gets_a_line_per_variable() -> None:
    assert shell_lines("dotenv", {"A": "1", "B": "2"}) == "A=1\nB=2\n"
    assert os.linesep not in shell_lines("powershell", {"A": "1"}).removesuffix("\n")
