import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.storage.files import (
    file_name,
    object_name,
    object_path,
    open_regular,
    read_sidecar,
    sidecar_path,
    stamp_of,
    type_of,
    write_whole,
)
from imagen_fake.storage.objects import is_object_name

NAMES = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text(alphabet="./~%\\:aA\0é", min_size=1, max_size=12),
    st.text(alphabet="ab/\U0001f34e", min_size=150, max_size=256),
    st.sampled_from(
        ["../../x", "/etc/passwd", "a//b", "a/", "con", "NUL.png", "x ", "...", "é", "e\u0301"]
    ),
)


@given(one=NAMES.filter(is_object_name), other=NAMES.filter(is_object_name), folds=st.booleans())
def test_two_names_never_share_a_file(one: str, other: str, folds: bool) -> None:
    files = file_name(one, folds=folds), file_name(other, folds=folds)
    assert (files[0] == files[1]) == (one == other)


@given(one=NAMES.filter(is_object_name))
def test_names_that_differ_in_case_have_files_that_differ_in_more(one: str) -> None:
    files = {file_name(name, folds=True).lower() for name in (one, one.swapcase())}
    assert len(files) == len({one, one.swapcase()})


@given(name=NAMES.filter(is_object_name))
def test_a_file_name_is_short_visible_and_flat(name: str) -> None:
    file = file_name(name)
    assert len(file) <= 200
    assert file.isascii()
    assert not file.startswith(".")
    assert not file.endswith(".")
    assert not {"/", "\\", "\0", ":"} & {*file}


@pytest.mark.parametrize(
    "name", ["my photo.png", "é.png", "100%.png", "A.PNG", "a~b", "a:b", "é" * 120]
)
def test_a_file_put_there_by_hand_is_the_object_of_its_own_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"data")
    assert object_name(tmp_path / name) == name
    assert object_path(tmp_path, name) == tmp_path / name
    assert len(os.fsencode(sidecar_path(tmp_path / name).name)) < 256


@pytest.mark.parametrize("name", [".hidden", "..", ".well-known"])
def test_a_hidden_file_is_no_object(tmp_path: Path, name: str) -> None:
    assert object_name(tmp_path / name) is None
    assert object_path(tmp_path, name).parent == tmp_path
    assert not object_path(tmp_path, name).name.startswith(".")


def test_a_file_of_the_storage_comes_before_one_put_there_by_hand(tmp_path: Path) -> None:
    for name in ("a b", "a%20b"):
        (tmp_path / name).write_bytes(b"")
    assert object_path(tmp_path, "a b").name == "a%20b"
    assert [object_name(tmp_path / name) for name in ("a b", "a%20b")] == [None, "a b"]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.png", "image/png"),
        ("a/b.JPG", "image/jpeg"),
        ("a.png.txt", "application/octet-stream"),
        ("png", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_the_ending_says_the_type(name: str, content_type: str) -> None:
    assert type_of(name) == content_type


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "{}", "[" * 100_000])
def test_a_hidden_file_that_says_nothing_is_ignored(tmp_path: Path, text: str) -> None:
    sidecar_path(tmp_path / "a.png").write_text(text)
    assert read_sidecar(tmp_path / "a.png") is None


def make(kind: str, file: Path) -> None:
    """Put something that is no regular file where one is looked for."""
    if kind == "link":
        file.symlink_to(__file__)
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(file))


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "socket"])
def test_what_is_no_regular_file_is_never_opened(tmp_path: Path, kind: str) -> None:
    make(kind, tmp_path / "a")
    make(kind, sidecar_path(tmp_path / "b"))
    with pytest.raises(OSError, match="a"):
        open_regular(tmp_path / "a")
    with pytest.raises(OSError, match="a"):
        stamp_of(tmp_path / "a")
    assert read_sidecar(tmp_path / "b") is None


@pytest.mark.parametrize("durable", [True, False])
def test_a_new_file_is_written_once(tmp_path: Path, durable: bool) -> None:
    write_whole(tmp_path / "a", b"data", durable=durable)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"other", durable=durable)
    assert (tmp_path / "a").read_bytes() == b"data"
