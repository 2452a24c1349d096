"""Default credentials where a fake is started for a command or a test, with and without PyJWT."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from google.oauth2.service_account import Credentials as ServiceAccount

from tests.clients.google_auth.conftest import FAKE, Written
from tests.clients.google_auth.test_credentials import BODY, CLIENT, PREDICT, SCOPES, asked

PLAIN = "import sys; sys.modules['jwt'] = None; from imagen_fake.cli.main import main; main()"
"""The command line where PyJWT is not installed."""

WITHOUT_PYJWT = [sys.executable, "-c", PLAIN]

TEST = """
import subprocess, sys

def test_a_child_process_is_led(imagen_fake_env):
    done = subprocess.run(
        [sys.executable, "-c", *{arguments!r}], stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout.split() == ["google.auth.identity_pool", "imagen-fake", "200"]
    (call,) = imagen_fake_env.calls
    assert call.prompt == "a red apple"
"""


def printed(*command: str) -> list[str]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    return done.stdout.split()


@pytest.mark.parametrize("fake", [FAKE, WITHOUT_PYJWT], ids=["signed", "unsigned"])
def test_a_command_that_run_starts_finds_credentials(fake: Sequence[str]) -> None:
    client = [sys.executable, "-c", CLIENT, PREDICT, json.dumps(BODY)]
    told = printed(*fake, "run", "--", *client)
    assert told == ["google.auth.identity_pool", "imagen-fake", "200"]


def test_a_child_process_of_a_test_finds_credentials(tmp_path: Path) -> None:
    file = tmp_path / "test_led.py"
    file.write_text(TEST.format(arguments=[CLIENT, PREDICT, json.dumps(BODY)]))
    options = ["-q", "-p", "imagen_fake.pytest_plugin", "-p", "no:cacheprovider"]
    subprocess.run([sys.executable, "-m", "pytest", *options, str(file)], check=True, timeout=120)


@contextmanager
def unsigned(*options: str) -> Iterator[str]:
    """The URL of a fake without PyJWT."""
    command = [*WITHOUT_PYJWT, "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.terminate()


def test_a_fake_without_pyjwt_is_a_metadata_server() -> None:
    with unsigned() as url:
        shown = subprocess.run(
            [*WITHOUT_PYJWT, "env", "--shell", "dotenv", "--url", url],
            stdout=subprocess.PIPE, text=True, check=True,
        ).stdout  # fmt: skip
        led = dict(line.split("=", 1) for line in shown.splitlines())
        kept = {name: value for name, value in os.environ.items() if name != "NO_GCE_CHECK"}
        done = subprocess.run(
            [sys.executable, "-c", CLIENT, PREDICT, json.dumps(BODY)],
            env={**kept, **led}, stdout=subprocess.PIPE, text=True, check=True, timeout=60,
        )  # fmt: skip
    assert done.stdout.split() == ["google.auth.compute_engine.credentials", "imagen-fake", "200"]


def test_an_account_of_another_tool_gets_a_token_where_none_is_checked(written: Written) -> None:
    account = json.loads(written("service-account").read_text())
    with unsigned() as url:
        foreign = {**account, "private_key_id": "0123456789abcdef", "token_uri": f"{url}/token"}
        credentials = ServiceAccount.from_service_account_info(foreign, scopes=SCOPES)
        assert asked(url, credentials).status_code == 200


def test_an_unsigned_token_passes_nowhere_that_tokens_are_checked(fake: str) -> None:
    flavor = {"Metadata-Flavor": "Google"}
    path = "computeMetadata/v1/instance/service-accounts/default/token"
    with unsigned() as url:
        token = requests.get(f"{url}/{path}", headers=flavor, timeout=60).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    reply = requests.post(f"{fake}/{PREDICT}", json=BODY, headers=headers, timeout=60)
    assert (reply.status_code, reply.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_tokens_are_not_checked_without_pyjwt() -> None:
    command = [*WITHOUT_PYJWT, "serve", "--port", "0", "--auth", "issued"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert (done.returncode, "pip install 'imagen-fake[auth]'" in done.stderr) == (2, True)
