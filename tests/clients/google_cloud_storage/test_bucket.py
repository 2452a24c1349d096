"""`imagen_fake.storage.bucket` with its library, where Cloud Storage does not do as it is asked."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from imagen_fake.config import ConfigError
from imagen_fake.storage.bucket import Bucket
from imagen_fake.storage.objects import NewObject, StorageError

URI = "gs://pictures/a.png"
STATUS = {"unauthorized": 401, "forbidden": 403, "teapot": 418, "bad": 400}


class Refusing(BaseHTTPRequestHandler):
    """Answers with the status that the name of the bucket stands for."""

    def do_GET(self) -> None:
        """Refuse to read."""
        self.send_error(next(code for name, code in STATUS.items() if name in self.path))

    def do_POST(self) -> None:
        """Refuse to write."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Cloud Storage that refuses everything."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{server.server_port}")
        yield Bucket()
        server.shutdown()


@pytest.mark.parametrize(
    ("bucket", "reason"),
    [
        ("unauthorized", "denied"),
        ("forbidden", "denied"),
        ("teapot", "unavailable"),
        ("bad-name", "bad_uri"),
    ],
)
def test_a_refusal_is_told_by_its_cause(refusing: Bucket, bucket: str, reason: str) -> None:
    with pytest.raises(StorageError, match=reason):
        refusing.read(f"gs://{bucket}/a.png", 10)
    with pytest.raises(StorageError, match=reason):
        refusing.put([NewObject(f"gs://{bucket}/a.png", b"data", "image/png")])


def test_what_was_written_is_read(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
    Bucket().put([NewObject(URI, b"data", "image/png")])
    assert Bucket().read(URI, 4) == b"data"
    with pytest.raises(StorageError, match="too_large"):
        Bucket().read(URI, 3)


def test_a_storage_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagen_fake.storage.bucket.RETRY_SECONDS", 0.1)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:1")
    with pytest.raises(StorageError, match="unavailable"):
        Bucket().read(URI, 10)


def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    with pytest.raises(ConfigError, match="needs credentials"):
        Bucket()
