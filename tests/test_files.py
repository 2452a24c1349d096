from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.files import content_type_of, file_name, is_object, kept_of, replace, sidecar
from imagen_fake.objects import is_name

NAMES = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text(alphabet="./~%\\:aA\0é", min_size=1, max_size=12),
    st.text(alphabet="ab/\U0001f34e", min_size=150, max_size=256),
    st.sampled_from(["../../x", "/etc/passwd", "a//b", "a/", "con", "NUL.png", "x ", "..."]),
)


@given(one=NAMES.filter(is_name), other=NAMES.filter(is_name))
def test_two_names_never_share_a_file(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


@given(name=NAMES.filter(is_name))
def test_a_file_name_is_short_visible_and_flat(name: str) -> None:
    file = file_name(name)
    assert len(file) <= 200
    assert not file.startswith(".")
    assert not file.endswith(".")
    assert not {"/", "\\", "\0", ":"} & {*file}


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
def test_the_ending_says_the_type_where_nothing_is_kept(
    tmp_path: Path, name: str, content_type: str
) -> None:
    assert content_type_of(tmp_path / "a", name, b"") == content_type


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "{}"])
def test_a_hidden_file_that_says_nothing_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / ".a.png.json").write_text(text)
    assert kept_of(tmp_path / "a.png") == {}
    assert content_type_of(tmp_path / "a.png", "a.png", b"") == "image/png"


def test_a_hidden_file_is_no_object(tmp_path: Path) -> None:
    sidecar(tmp_path / "a").write_text("{}")
    (tmp_path / "a").write_text("data")
    assert [file.name for file in sorted(tmp_path.iterdir()) if is_object(file)] == ["a"]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    with pytest.raises(TypeError):
        replace(file, "no bytes")  # type: ignore[arg-type]
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
    assert file.read_bytes() == b"old"
