"""A cassette has what is asked of others, and neither pictures nor tokens of the fake."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
import vcr  # type: ignore[import-untyped] # it has no types
from vcr.errors import (  # type: ignore[import-untyped] # it has no types
    CannotOverwriteExistingCassetteException,
)

import imagen_fake
from imagen_fake import Fake
from tests.beside.mixed_app import describe, draw
from tests.beside.own_server import own_server


@contextmanager
def both(file: Path, mode: str, outer: str) -> Iterator[Fake]:
    """Within a cassette and an interception, of which one is the outer."""
    cassette = vcr.use_cassette(str(file), record_mode=mode)
    with ExitStack() as stack:
        if outer == "cassette":
            stack.enter_context(cassette)
        fake = stack.enter_context(imagen_fake.intercept())
        if outer == "fake":
            stack.enter_context(cassette)
        yield fake


@pytest.mark.parametrize("outer", ["cassette", "fake"])
@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.usefixtures("imagen_intercept_session")  # has default credentials
def test_others_are_recorded_and_replayed(
    outer: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_HTTP_CLIENT", library)
    file = tmp_path / "cassette.yaml"
    with own_server() as url, both(file, "once", outer) as fake:
        assert draw() == 4
        assert requests.post(f"{url}/own", timeout=30).json() == {"path": "/own"}
    assert len(fake.calls) == 1
    text = file.read_text()
    assert text.count("uri:") == 1
    with both(file, "none", outer) as fake:
        assert draw() == 4
        assert requests.post(f"{url}/own", timeout=30).json() == {"path": "/own"}
        with pytest.raises(CannotOverwriteExistingCassetteException):
            describe()
    assert len(fake.calls) == 1
    assert file.read_text() == text


@vcr.use_cassette("never-written.yaml", record_mode="none")
@imagen_fake.intercept()
def test_decorated_before_it() -> None:
    assert draw() == 4


@imagen_fake.intercept()
@vcr.use_cassette("never-written.yaml", record_mode="none")
def test_decorated_after_it() -> None:
    assert draw() == 4
