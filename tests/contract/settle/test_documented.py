"""The commands of `docs/contract.md` for whoever has credentials, run against a played service."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.pictures import encode_image, picture
from imagen_fake.contract.mutants.patched_facts import Patch, patched_copy
from tests.contract.settle.stages import MODEL, Outcome, played, recordings
from tests.documents import ROOT, block
from tests.unmeasured import unmeasured

VERSION = f"models/{MODEL}.json#/versionId/value"
PAGE = (ROOT / "docs" / "contract.md").read_text("utf-8")
PROGRAMS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with two pictures, where the commands of the page were run."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(spec.ROOT, folder / "schemas")
    for name, size in (("me", (96, 64)), ("shirt", (48, 80))):
        (folder / f"{name}.jpg").write_bytes(encode_image(picture(size), "JPEG"))
    service_facts = patched_copy(tmp_path_factory.mktemp("service"), Patch({VERSION: "002"}))
    with played(service_facts) as service:
        environment = {**unmeasured(), **service.variables, "IMAGEN_FAKE_REHEARSAL": "true",
                       "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip
        done = subprocess.run(
            ["/bin/sh", "-c", block("command: settle")], cwd=folder, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    (folder / "printed.txt").write_text(done.stdout + done.stderr, "utf-8")
    return folder


def printed(checkout: Path) -> Outcome:
    return Outcome(0, (checkout / "printed.txt").read_text("utf-8"))


def test_the_costs_are_those_of_the_page(checkout: Path) -> None:
    price = spec.table("prices")["tasks"]["try_on"]["usd"]
    assert f"one picture, about {price:.2f} USD" in PAGE
    lines = printed(checkout).output.splitlines()
    assert f"1 answers of {MODEL}: about {price:.2f} USD" in lines
    assert lines.count(f"about {price:.2f} USD in all") == 2  # of the dry run, too


def test_what_is_free_is_sent_before_the_picture(checkout: Path) -> None:
    sent = (checkout / "sent.txt").read_text("utf-8").splitlines()
    assert len(set(sent)) == len(sent) == len(recordings(checkout / "recorded"))
    assert 80 < len(sent) < 100
    assert sent[-1].endswith(": plain")


def test_the_entry_that_differs_is_changed_and_its_recording_taken_over(checkout: Path) -> None:
    assert "contradicted: models/virtual-try-on-001.json#/versionId (assumed)" in (
        printed(checkout).output
    )
    changed = (checkout / "schemas" / "models" / f"{MODEL}.json").read_text("utf-8")
    assert '"value": "002",\n    "x-grade": "recorded",' in changed
    assert list((checkout / "cassettes" / "vertex").glob("*.yaml"))


def test_the_pictures_of_the_caller_are_in_no_recording(checkout: Path) -> None:
    for one in recordings(checkout / "recorded"):
        for noted in one.provenance.pictures:
            assert ("sha256" in noted) == str(noted["at"]).startswith("response/")
    assert "MY-PROJECT" not in "".join(
        path.read_text("utf-8") for path in (checkout / "recorded").iterdir()
    )
