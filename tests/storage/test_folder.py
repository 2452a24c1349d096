import gc
import os
from pathlib import Path
from shutil import rmtree

import pytest

from imagen_fake.storage.commits import HIDDEN, STAGING, UPLOADS
from imagen_fake.storage.folder import Folder
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
