"""google-genai uses httpx2 where nothing else is said, and these mocks know httpx alone."""

import pytest


@pytest.fixture(autouse=True)
def _asks_by_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_HTTP_CLIENT", "httpx")
