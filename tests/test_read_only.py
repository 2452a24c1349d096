"""Where no file can be written, as on a read-only file system."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.http import call
from tests.unmeasured import unmeasured

FAKE = (sys.executable, "-m", "imagen_fake")
PREDICT = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
TOKEN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"  # noqa: S105
VARIABLES = {**unmeasured(), "PYTHONDONTWRITEBYTECODE": "1"}


def write_nothing() -> None:
    """Let this process write no byte into any file; root may write everywhere else."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def asked(**parameters: object) -> dict[str, object]:
    return {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"sampleCount": 1, **parameters},
    }


@contextmanager
def served(*options: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    with subprocess.Popen(
        [*FAKE, "serve", "--port", "0", *options],
        env=VARIABLES, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=write_nothing,
    ) as process:  # fmt: skip
        assert process.stdout
        yield process.stdout.readline().split()[-1], process
        process.terminate()


def test_a_fake_answers_and_says_what_it_cannot_do(tmp_path: Path) -> None:
    with served("--keys", str(tmp_path / "keys")) as (url, process):
        assert len(call(url, PREDICT, asked()).json["predictions"]) == 1
        token = call(url, TOKEN_PATH, **{"Metadata-Flavor": "Google"}).json["access_token"]
        assert token.startswith("ya29.")
        refused = call(url, PREDICT, asked(storageUri="gs://pictures/a"))
        assert (refused.status, "gs://pictures/a/" in refused.message) == (403, True)
        process.terminate()
        assert process.stderr
        said = process.stderr.read()
    assert "No usable temporary directory" in said
    assert "--tmpfs /tmp" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--port", "0", "--auth", "issued"), "signing key cannot be kept"),
        (("serve", "--port", "0", "--tls"), "There can be no certificate in"),
        (("credentials", "--kind", "external-account", "-o"), "signing key cannot be kept"),
        (("render", "a cat", "-o"), "File too large"),
        (("openapi", "-o"), "File too large"),
        (("run", "--", "true"), "No usable temporary directory"),
    ],
)
def test_what_needs_a_file_is_refused_in_a_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    command = [*FAKE, *arguments, *([str(tmp_path / "out.png")] if arguments[-1] == "-o" else [])]
    done = subprocess.run(
        command,
        env={**VARIABLES, "IMAGEN_FAKE_KEYS": str(tmp_path / "keys")},
        capture_output=True, text=True, check=False, preexec_fn=write_nothing,
    )  # fmt: skip
    assert (done.returncode in (1, 2), said in done.stderr) == (True, True), done.stderr
    assert "Traceback" not in done.stderr
