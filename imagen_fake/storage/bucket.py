"""Objects in the real Cloud Storage, or in whatever emulator its client is pointed at."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imagen_fake import spec
from imagen_fake.config import DEFAULT_PROJECT, ConfigError
from imagen_fake.storage.objects import Guard, NewObject, StorageError, always, parse_uri

TIMEOUT_SECONDS = 30.0
RETRY_SECONDS = 10.0

REASONS = {401: "denied", 403: "denied", 400: "bad_uri"}
"""The reason of each HTTP status; a 404 depends on its message."""


class Bucket:
    """Reads and writes through `google-cloud-storage`, as its variables and credentials say.

    Raises ConfigError without the library or without credentials.
    """

    def __init__(self) -> None:
        try:
            from google.auth.exceptions import GoogleAuthError
            from google.cloud.storage import Client
            from google.cloud.storage.retry import DEFAULT_RETRY
        except ImportError:
            raise ConfigError(
                "Cloud Storage needs its client: pip install 'imagen-fake[gcs]'."
            ) from None
        try:
            # Reading and writing objects needs no project, but the client insists on one.
            self._client = Client(project=DEFAULT_PROJECT)
        except GoogleAuthError as error:
            raise ConfigError(f"Cloud Storage needs credentials: {error}") from None
        self._call_options = {
            "timeout": TIMEOUT_SECONDS,
            "retry": DEFAULT_RETRY.with_timeout(RETRY_SECONDS),
        }

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object, `limit` at most.

        Raises StorageError; too_large is found out before anything is read.
        """
        blob = self._blob(uri)
        with _storage_errors(uri):
            blob.reload(**self._call_options)
            if blob.size > limit:
                raise StorageError("too_large", uri)
            data: bytes = blob.download_as_bytes(**self._call_options)
            return data

    def put(self, pictures: Sequence[NewObject], guard: Guard = always) -> None:
        """Write one picture after the other. Raises StorageError, and what the guard raises."""
        for uri, data, content_type in pictures:
            guard()
            with _storage_errors(uri):
                self._blob(uri).upload_from_string(data, content_type, **self._call_options)

    def _blob(self, uri: str) -> Any:
        bucket, name = parse_uri(uri)
        return self._client.bucket(bucket).blob(name)


@contextmanager
def _storage_errors(uri: str) -> Iterator[None]:
    """Translate the client's errors to StorageError."""
    from google.api_core.exceptions import GoogleAPICallError, GoogleAPIError
    from google.auth.exceptions import GoogleAuthError, TransportError
    from requests import RequestException

    try:
        yield
    except GoogleAPICallError as error:
        raise StorageError(_reason(error), uri) from None
    except (GoogleAPIError, RequestException, TransportError):
        raise StorageError("unavailable", uri) from None
    except GoogleAuthError:
        raise StorageError("denied", uri) from None


def _reason(error: Any) -> str:
    if error.code == 404:
        words = spec.read("surfaces/storage.json")["refusals"]["missing_bucket"]["message"]
        return "missing_bucket" if words in str(error) else "missing_object"
    return REASONS.get(error.code, "unavailable")
