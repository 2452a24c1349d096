import gc
from pathlib import Path
from shutil import rmtree

from imagen_fake.root import Root


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
