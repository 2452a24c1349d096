import pytest

from imagen_fake.storage.objects import (
    NewObject,
    NoStore,
    StorageError,
    is_bucket_name,
    is_object_name,
    parse_uri,
)
from tests.sweep import sweep


def test_a_uri_is_a_bucket_and_a_name() -> None:
    assert parse_uri("gs://pictures/a//b.png") == ("pictures", "a//b.png")


@pytest.mark.parametrize("name", ["abc", "a-b_c.d", "1.2.3.4x", "a" * 63, ".".join(["a" * 60] * 3)])
def test_a_bucket_name_by_the_rules_is_taken(name: str) -> None:
    assert is_bucket_name(name)


@sweep(
    "name",
    [
        *("ab", "-abc", "abc-", "a..b", "1.2.3.4", "googly", "aBc", "a b", "abc\n", "ééé"),
        "a" * 64,
        ".".join(["a" * 60] * 4),
    ],
)
def test_a_bucket_name_against_the_rules_is_refused(name: str) -> None:
    assert not is_bucket_name(name)


@pytest.mark.parametrize("name", ["a", "/a", "a/../b", "...", "a\0b", "é" * 512])
def test_an_object_name_by_the_rules_is_taken(name: str) -> None:
    assert is_object_name(name)


@sweep("name", ["", ".", "..", "a\n", "\ra", "a" * 1025, "é" * 513, "\ud800"])
def test_an_object_name_against_the_rules_is_refused(name: str) -> None:
    assert not is_object_name(name)


def test_nowhere_has_no_bucket() -> None:
    with pytest.raises(StorageError, match="missing_bucket"):
        NoStore().read("gs://pictures/a", 9)
    with pytest.raises(StorageError, match="missing_bucket"):
        NoStore().put([NewObject("gs://pictures/a", b"", "image/png")], lambda: None)
    NoStore().put([], lambda: None)
