import gc
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest

from imagen_fake.storage.root import TEMPORARY_PREFIX, Root


def test_a_folder_that_is_given_is_taken_as_it_is(tmp_path: Path) -> None:
    assert Root(tmp_path / "a").path() == tmp_path / "a"
    assert not (tmp_path / "a").exists()


def test_a_temporary_folder_is_made_when_it_is_needed_and_goes_with_its_owner() -> None:
    root = Root(None)
    assert not root.is_used
    folder = root.path()
    assert root.path() == folder
    assert folder.is_dir()
    del root
    gc.collect()
    assert not folder.exists()


def test_a_temporary_folder_that_was_removed_is_made_anew() -> None:
    root = Root(None)
    rmtree(root.path())
    assert root.path().is_dir()


def test_a_folder_that_somebody_put_in_its_place_is_not_used(tmp_path: Path) -> None:
    root = Root(None)
    old = root.path()
    old.rename(tmp_path / "aside")
    old.mkdir()
    assert root.path() != old
    old.rmdir()


def test_folders_that_come_and_go_do_not_disturb_one_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def come_and_go(_: int) -> bool:
        return Root(None).path().is_relative_to(tmp_path)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(come_and_go, range(400)))
    gc.collect()
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal
from imagen_fake.storage.root import Root
root = Root(None)
print(root.path(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

FORKED = """
import os
from imagen_fake.storage.root import Root
root = Root(None)
folder = root.path()
if os.fork() == 0:
    raise SystemExit
os.wait()
print(folder.is_dir())
"""


def run(code: str, **variables: str) -> str:
    """What a process of its own prints."""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment
    ).stdout.strip()


def test_the_temporary_folder_of_a_killed_process_goes_with_the_next_start(tmp_path: Path) -> None:
    killed = Path(run(KILLED, TMPDIR=str(tmp_path)))
    (tmp_path / f"{TEMPORARY_PREFIX}of-nobody").mkdir()
    assert killed.is_dir()
    os.utime(killed, (0, 0))
    other = Path(run(KILLED, TMPDIR=str(tmp_path)))
    assert not killed.exists()
    assert {*tmp_path.iterdir()} == {other, tmp_path / f"{TEMPORARY_PREFIX}of-nobody"}


def test_the_temporary_folder_of_a_live_process_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    root = Root(None)
    folder = root.path()
    run(KILLED, TMPDIR=str(tmp_path))
    assert folder.is_dir()


def test_a_process_that_was_forked_off_leaves_the_folder() -> None:
    assert run(FORKED) == "True"
