import gc
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest

from imagen_fake.storage.commits import HIDDEN, STAGING, UPLOADS
from imagen_fake.storage.folder import TEMPORARY_PREFIX, Folder, Root
from imagen_fake.storage.objects import StorageError
from imagen_fake.storage.staging import LOCK_FILE
from tests.storing import reason


def test_what_was_staged_before_a_reset_is_not_current(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.stage() as before:
        folder.reset()
        with folder.stage() as after:
            assert (folder.is_current(before), folder.is_current(after)) == (False, True)


@pytest.mark.parametrize("given", [True, False])
def test_a_reset_takes_uploads_and_the_buckets_of_a_temporary_folder(
    tmp_path: Path, given: bool
) -> None:
    folder = Folder(tmp_path if given else None)
    with folder.stage():
        folder.uploads.mkdir()
    (folder.root / "pictures").mkdir()
    (folder.root / "file").write_bytes(b"")
    (folder.root / "link").symlink_to("nowhere")
    folder.reset()
    kept = {"pictures", "file", "link"} if given else set()
    assert {file.name for file in folder.root.iterdir()} == {HIDDEN, *kept}
    assert not folder.uploads.exists()


def test_a_reset_of_what_nobody_used_makes_nothing() -> None:
    folder = Folder(None)
    folder.reset()
    assert not folder._root.is_used


def test_a_folder_that_a_cleaner_removed_is_made_anew() -> None:
    folder = Folder(None)
    for _ in range(3):
        with folder.stage() as staged:
            staged.write(b"data")
        rmtree(folder.root)
        folder.reset()


def test_a_cleaner_that_removes_the_hidden_folder_harms_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for _ in range(3):
        with folder.stage() as staged:
            staged.write(b"data")
            folder.replace(tmp_path / "a", b"data")
        rmtree(tmp_path / HIDDEN)
    assert (tmp_path / "a").read_bytes() == b"data"


def test_a_folder_that_cannot_be_locked_is_denied_to_writers_only(tmp_path: Path) -> None:
    (tmp_path / HIDDEN).write_bytes(b"in the way")
    with Folder(tmp_path).locked("gs://", reading=True) as root:
        assert root == tmp_path
    with pytest.raises(StorageError, match="denied"), Folder(tmp_path).locked("gs://"):
        pytest.fail("it was locked")


def test_whether_the_file_system_folds_case_is_found_out(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.locked("gs://"):
        (tmp_path / "a").touch()
        assert folder.folds == (tmp_path / "A").exists()


def test_a_start_sweeps_what_a_killed_process_left(tmp_path: Path) -> None:
    dead = tmp_path / HIDDEN / STAGING / "00"
    (dead / "half").parent.mkdir(parents=True)
    for name in (LOCK_FILE, "half"):
        (dead / name).write_bytes(b"")
    folder = Folder(tmp_path)
    with folder.stage() as staged:
        dead.mkdir(exist_ok=True)
        (dead / LOCK_FILE).write_bytes(b"")
        assert Folder(tmp_path).root == tmp_path
        assert staged.path.exists()
        assert not dead.exists()


def test_a_folder_that_ends_leaves_nothing_of_its_own(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.stage():
        assert len([*(tmp_path / HIDDEN / STAGING).iterdir()]) == 1
    del folder
    gc.collect()
    assert [*(tmp_path / HIDDEN / STAGING).iterdir()] == []


@pytest.mark.parametrize("name", [HIDDEN, f"{HIDDEN}/{STAGING}", f"{HIDDEN}/{UPLOADS}"])
def test_a_link_in_place_of_a_hidden_folder_leads_nowhere(tmp_path: Path, name: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    (outside / STAGING / "00").mkdir(parents=True)
    (outside / STAGING / "00" / LOCK_FILE).write_bytes(b"")
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(outside)
    before = sorted(outside.rglob("*"))
    for work in (lambda: Folder(root).stage(), lambda: Folder(root).reset()):
        with pytest.raises(StorageError, match="denied"):
            work()
    assert sorted(outside.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "expected"), [("epoch", None), ("lock", None), ("commit.json", "denied")]
)
def test_a_pipe_in_place_of_a_hidden_file_keeps_nobody_waiting(
    tmp_path: Path, name: str, expected: str | None
) -> None:
    (tmp_path / HIDDEN).mkdir()
    os.mkfifo(tmp_path / HIDDEN / name)
    assert reason(lambda: Folder(tmp_path).stage().__exit__()) == expected


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


def test_a_temporary_folder_is_let_go_of_and_the_next_object_gets_another(tmp_path: Path) -> None:
    folder = Folder(None)
    with folder.locked("gs://") as root:
        folder.replace(root / "kept", b"")
    folder.release()
    assert not root.exists()
    assert folder.root != root
    given = Folder(tmp_path)
    given.release()
    assert given.root == tmp_path


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
from imagen_fake.storage.folder import Root
root = Root(None)
print(root.path(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

FORKED = """
import os
from imagen_fake.storage.folder import Root
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
