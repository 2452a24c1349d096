"""The real services; Vertex AI needs Google's auth library (extra `live`)."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from imagen_fake import spec
from imagen_fake.contract.checks.response import error_object
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.facts.blame import GONE_ERRORS
from imagen_fake.contract.facts.messages import matching_errors
from imagen_fake.contract.targets.addresses import build_request
from imagen_fake.contract.targets.target import Kind, Target
from imagen_fake.contract.targets.targets import UrlTarget, check_url
from imagen_fake.hosts import is_loopback

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
TRIES = 5
MAX_PAUSE = 60.0
"""The longest pause in seconds between two tries."""

Send = Callable[[Request], Response]
Pause = Callable[[float], None]


class LiveTarget(Target):
    """A real service; requests that it throttles are repeated after a pause."""

    kind: Kind = "live"

    def __init__(
        self,
        name: str,
        base: str,
        credential: Callable[[], str],
        place: tuple[str, str] = ("", ""),
        send: Send | None = None,
        pause: Pause = time.sleep,
        quota_project: str = "",
    ) -> None:
        self.name = name
        self._base, self._credential, self._place = base.rstrip("/"), credential, place
        self._transport, self._pause = UrlTarget(self._base), pause
        self._send = send or self._transport.ask_once
        self._quota = ((b"x-goog-user-project", quota_project.encode()),) if quota_project else ()

    def ask(self, request: Request) -> Response:
        """The answer; throttled requests are repeated, 5 tries at most.

        Raises OSError where none comes.
        """
        request = replace(request, headers=(*request.headers, *self._quota))
        response = self._send(request)
        for seconds in backoff():
            if response.status not in {429, 503}:
                break
            self._pause(retry_after(response, seconds))
            response = self._send(request)
        return response

    def request(self, case: Case) -> Request:
        """The request of a case, with a fresh credential."""
        return build_request(case, self._base, self._credential(), *self._place)

    def close(self) -> None:
        """Close this thread's connection; another request opens it again."""
        self._transport.close()

    def configure(self, setting: str) -> "LiveTarget | None":
        """The same target: a service has no settings."""
        return None if setting else self

    @property
    def variables(self) -> dict[str, str]:
        """The credential, the project and the location of the caller."""
        project, location = self._place
        return {"token": self._credential(), "project": project, "location": location}

    def url(self, path: str) -> str:
        """The URL of a path."""
        return self._base + path


def vertex(
    project: str, location: str, token: str = "", url: str = "", *, send: Send | None = None
) -> LiveTarget:
    """Vertex AI, with an access token or else the application-default credentials of this machine.

    `url` is of what answers in its place; the target's name has it. Raises ImportError where the
    extra `live` is needed, and google-auth's own error without credentials.
    """
    name, base = (f"vertex at {url}", url) if url else ("vertex", base_url("vertex", location))
    place = (project, location)
    if token:
        return LiveTarget(name, base, lambda: token, place, send)
    return LiveTarget(name, base, default_token(), place, send, quota_project=quota_project())


def check_encrypted(url: str) -> None:
    """Raise ValueError for a URL that is none, or at which a token could be read on its way."""
    check_url(url)
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("A token is sent to another machine by https alone.")


def service(name: str, key: str = "") -> LiveTarget:
    """The service of a surface with an API key; a dry run needs none."""
    return LiveTarget(name, base_url(name), lambda: key)


def base_url(name: str, location: str = "{location}") -> str:
    """The URL of a service; Vertex AI has a host for each location."""
    hosts = spec.table("hosts")["answered"][name]["value"]
    regional = [host for host in hosts if host.startswith("*-")]
    return f"https://{(regional or hosts)[0]}".replace("*", location)


def default_token() -> Callable[[], str]:
    """A function that returns a valid access token, refreshed when it is about to expire.

    It raises ConnectionError where no new token comes.
    """
    import google.auth
    from google.auth.exceptions import TransportError
    from google.auth.transport.requests import Request as Transport

    credentials, _ = google.auth.default(scopes=SCOPES)

    def token() -> str:
        if not credentials.valid:
            try:
                credentials.refresh(Transport())
            except TransportError as error:
                raise ConnectionError(f"no access token: {error}") from error
        return str(credentials.token)

    return token


def quota_project() -> str:
    """The project that default credentials name for quota, as Google's own clients send it.

    Empty where they name none. Raises what google-auth raises without credentials.
    """
    import google.auth

    credentials, _ = google.auth.default(scopes=SCOPES)
    return str(getattr(credentials, "quota_project_id", None) or "")


def backoff() -> Iterable[float]:
    """Seconds to wait before each further try, doubling, where the service states none."""
    return (min(MAX_PAUSE, 2.0**number) for number in range(TRIES - 1))


def retry_after(response: Response, default: float) -> float:
    """The seconds of a Retry-After header, at most a minute."""
    header = response.header("retry-after")
    if header is None:
        return default
    if header.isascii() and header.isdigit():
        return min(MAX_PAUSE, float(header))
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # the latter for a zone of many hours
        return default
    until = until if until.tzinfo else until.replace(tzinfo=UTC)  # from -0000, as RFC 5322 has it
    return min(MAX_PAUSE, max(0.0, (until - datetime.now(UTC)).total_seconds()))


def retirement(case: Case, response: Response) -> str | None:
    """The date and the message of a retired model; None if it is not retired.

    The date is that of the life cycle in `schemas/models`, else that of the answer.
    """
    message: Any = error_object(response).get("message")
    if response.status != 404 or not isinstance(message, str):
        return None
    if not any(error_id in GONE_ERRORS for error_id, _ in matching_errors(case, message)):
        return None
    model = spec.model(case.model)
    cycle = model.life_cycle(case.surface) if model else {}
    day = cycle.get("retired") or response.header("date") or "an unknown day"
    return f"gone since {day}: {message}"
