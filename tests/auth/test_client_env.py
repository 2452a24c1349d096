import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.auth.client_env import (
    CERTIFICATES,
    bash,
    dotenv,
    environment,
    powershell,
    shell_lines,
)

URL = "http://127.0.0.1:8787"
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
