import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.middleware.project import PROJECT_HEADER, is_fit, project_of, require_project
from imagen_fake.pipeline.errors import ApiError
from tests.sweep import sweep

NAMES = ["p", "my-project-1", "123456789012", "example.com:my-project", "gw0", "A_b", "a" * 100]
UNFIT = ["", " ", "a b", "-a", "a b", "ä", "a*", "?", "a" * 101, "a\n", "ya29.a", "password:abc"]
MODEL = "publishers/google/models/imagen-4.0-generate-001:predict"


def project(path: str, *values: str) -> str:
    headers = [(PROJECT_HEADER, value.encode("latin-1")) for value in values]
    return project_of({"path": path, "headers": headers})


@sweep("name", NAMES)
def test_a_project_is_what_the_header_or_else_the_path_names(name: str) -> None:
    path = f"/v1/projects/{name}/locations/us-central1/{MODEL}"
    assert project(path) == project("/v1/images/generations", name) == name
    assert project(path, "other") == "other"
    assert project(path.removeprefix("/v1/")) == project(path, f"\t {name} ") == name


@sweep("path", [f"/v1/{MODEL}", "/v1/images/generations", "/", "/v1/projects/", "/myprojects/a/b"])
def test_without_either_there_is_none(path: str) -> None:
    assert project(path) == ""


@sweep("text", UNFIT)
def test_what_is_no_name_counts_as_none_and_is_refused_in_a_header(text: str) -> None:
    assert project(f"/v1/projects/{text}/locations/l/{MODEL}", text) == ""
    with pytest.raises(ApiError, match="fake_refused") as refused:
        require_project(text.encode("latin-1"))
    assert "up to 100 letters, digits" in refused.value.fields["problem"]


def test_a_credential_in_the_header_is_not_repeated_to_anybody() -> None:
    with pytest.raises(ApiError, match="fake_refused") as refused:
        require_project(b"ya29.s3cr3t")
    assert "s3cr3t" not in refused.value.fields["problem"]


@given(st.binary(max_size=2000))
def test_no_header_makes_a_project_of_many_characters(value: bytes) -> None:
    made = project_of({"path": "/", "headers": [(PROJECT_HEADER, value)]})
    assert made == "" or (made.encode() == value.strip(b" \t") and is_fit(made))
