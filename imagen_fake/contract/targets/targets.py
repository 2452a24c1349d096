"""Targets: the fake in this process, anything at a URL; the real services are in `live.py`."""

from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.targets.addresses import SECRET, build_request
from imagen_fake.contract.targets.settings import ConfiguredFake
from imagen_fake.contract.targets.target import ConfiguredTarget, Kind, Target
from imagen_fake.testing.asgi import ask

SECONDS = 60.0
"""The longest time to wait for an answer."""


class LearningTarget(Target):
    """A target whose requests and answers a scrubber learns from."""

    def __init__(self, target: Target, scrub: Scrubber) -> None:
        self.name, self.kind = target.name, target.kind
        self._target, self._scrub = target, scrub

    def ask(self, request: Request) -> Response:
        """The target's answer. Raises OSError where none comes."""
        self._scrub.learn(request)
        response = self._target.ask(request)
        self._scrub.learn(request, response)
        return response

    def ask_together(self, requests: Sequence[Request]) -> list[Response]:
        """The target's answers. Raises OSError where one does not come."""
        for request in requests:
            self._scrub.learn(request)
        responses = self._target.ask_together(requests)
        for request, response in zip(requests, responses, strict=True):
            self._scrub.learn(request, response)
        return responses

    def request(self, case: Case) -> Request:
        """The target's request of a case."""
        return self._target.request(case)

    def configure(self, setting: str) -> ConfiguredTarget | None:
        """The target with a setting; None where it cannot be set so."""
        configured = self._target.configure(setting)
        return configured and LearningProbes(configured, self._scrub)


class LearningProbes:
    """A target with a setting, whose requests and answers a scrubber learns from."""

    def __init__(self, target: ConfiguredTarget, scrub: Scrubber) -> None:
        self._target, self._scrub = target, scrub
        self.request, self.url = target.request, target.url

    @property
    def variables(self) -> dict[str, str]:
        """The target's values, by name."""
        return self._target.variables

    def ask(self, request: Request) -> Response:
        """The target's answer. Raises OSError where none comes."""
        self._scrub.learn(request)
        response = self._target.ask(request)
        self._scrub.learn(request, response)
        return response


class InProcessTarget(Target):
    """The fake for a project that is on no list, or any application, without a socket."""

    kind: Kind = "inside"

    def __init__(self, app: ASGIApp | None = None, name: str = "fake") -> None:
        self.name = name
        self._is_the_fake = app is None
        self._app = app or create_app(Config(allowlisted=False))
        self._configured: dict[str, ConfiguredFake] = {}

    def ask(self, request: Request) -> Response:
        """The answer. Raises ConnectionResetError where the application drops the call."""
        return ask(self._app, request)

    def configure(self, setting: str) -> ConfiguredFake | None:
        """A fake with a setting; None if this is no fake that can be set. Raises KeyError."""
        if not self._is_the_fake:
            return None
        if setting not in self._configured:
            self._configured[setting] = ConfiguredFake(setting or "itself")
        return self._configured[setting]


def check_url(url: str) -> None:
    """Raise ValueError, without repeating it, for a URL that is none or holds a credential."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in {"http", "https"} or port == 0:
        raise ValueError("The target is no URL: write http://HOST:PORT, or https://HOST/PATH.")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise ValueError("The target's URL holds a user or a password: leave them out.")
    if "?" in url or "#" in url:
        raise ValueError("The target's URL has a query or a fragment: leave out all from there.")


class UrlTarget(Target):
    """Whatever answers below a URL: a fake, a proxy, another implementation.

    Connections are kept open, as many as there were requests at once.
    """

    kind: Kind = "url"

    def __init__(self, url: str, seconds: float = SECONDS, secret: str = SECRET) -> None:
        check_url(url)
        self.name = url
        self._base, self._seconds, self._secret = url.rstrip("/"), seconds, secret
        self._idle: list[HTTPConnection] = []
        self.variables: dict[str, str] = {"token": secret}

    def ask(self, request: Request) -> Response:
        """The answer. Raises OSError where none comes within the time allowed."""
        try:
            return self._exchange(request)
        except (HTTPException, ConnectionError, ValueError):
            return self.ask_once(request)  # The server may have closed the connection meanwhile.

    def ask_once(self, request: Request) -> Response:
        """The answer, over a new connection; the request is sent once, as it may be billed.

        Raises OSError where none comes within the time allowed.
        """
        self.close()
        try:
            return self._exchange(request)
        except (HTTPException, ValueError) as error:  # a URL that no request line can hold, too
            raise ConnectionError(str(error)) from error

    def request(self, case: Case) -> Request:
        """The request of a case at the URL."""
        return build_request(case, self._base, self._secret)

    def configure(self, setting: str) -> "UrlTarget | None":
        """The same target where nothing needs to be set."""
        return None if setting else self

    def url(self, path: str) -> str:
        """The URL of a path."""
        return self._base + path

    def close(self) -> None:
        """Close the connections that are idle; another request opens one again."""
        while self._idle:
            self._idle.pop().close()

    def _exchange(self, request: Request) -> Response:
        parts, connection = urlsplit(request.url), self._connection()
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        try:
            connection.request(request.method, path, request.body, sent)
            answer = connection.getresponse()
            body = answer.read()
        except (HTTPException, OSError, ValueError):
            connection.close()
            raise
        self._idle.append(connection)
        headers = tuple(
            (name.lower().encode(), value.encode("latin-1")) for name, value in answer.getheaders()
        )
        return Response(answer.status, headers, body)

    def _connection(self) -> HTTPConnection:
        """One that is idle, or another."""
        with suppress(IndexError):  # another thread may take the last one
            return self._idle.pop()
        parts = urlsplit(self._base)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return connect(parts.netloc, timeout=self._seconds)
