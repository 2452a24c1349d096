"""Who can be asked: the fake in this process, anything at a URL; the real service in `live.py`."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import local
from typing import Literal, Protocol
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.targets.addresses import HOST, SECRET, spelled
from imagen_fake.contract.targets.place import Place, place
from imagen_fake.contract.targets.settings import SetFake
from imagen_fake.testing.asgi import ask

Kind = Literal["inside", "url", "live"]

SECONDS = 60.0
"""How long an answer is waited for."""


class Target(Protocol):
    """Something that answers as the service does, or ought to."""

    @property
    def name(self) -> str:
        """What it is called in a report."""

    @property
    def kind(self) -> Kind:
        """`inside`: the fake here, whose watermark can be read; `live`: models may be gone."""

    def ask(self, request: Request) -> Response:
        """The answer. Raises OSError where none comes."""

    def request(self, case: Case) -> Request:
        """How this target is asked for a case."""


class LearningTarget:
    """A target whose requests and answers a scrubber learns from."""

    def __init__(self, target: Target, scrub: Scrubber) -> None:
        self._target, self._scrub = target, scrub

    @property
    def name(self) -> str:
        """What the target is called."""
        return self._target.name

    @property
    def kind(self) -> Kind:
        """The target's kind."""
        return self._target.kind

    def ask(self, request: Request) -> Response:
        """The target's answer. Raises OSError where none comes."""
        self._scrub.learn(request)
        response = self._target.ask(request)
        self._scrub.learn(request, response)
        return response

    def request(self, case: Case) -> Request:
        """How the target is asked for a case."""
        return self._target.request(case)

    def place(self, setting: str) -> Place | None:
        """The target with a setting; None if it cannot be set so."""
        return place(self._target, setting)


class InProcessTarget:
    """The fake for a project that is on no list, or any application, without a socket."""

    kind: Kind = "inside"

    def __init__(self, app: ASGIApp | None = None, name: str = "fake") -> None:
        self.name = name
        self._is_the_fake = app is None
        self._app = app or create_app(Config(allowlisted=False))
        self._places: dict[str, SetFake] = {}

    def ask(self, request: Request) -> Response:
        """The answer. Raises ConnectionResetError where the application drops the call."""
        return ask(self._app, request)

    def request(self, case: Case) -> Request:
        """The request of a case at a host that does not exist."""
        return spelled(case, HOST)

    def place(self, setting: str) -> SetFake | None:
        """A fake with a setting; None if this is no fake that can be set. Raises KeyError."""
        if not self._is_the_fake:
            return None
        if setting not in self._places:
            self._places[setting] = SetFake(setting or "itself")
        return self._places[setting]

    def close(self) -> None:
        """There is nothing to close: it answers in the caller's thread."""


def refuse(url: str) -> None:
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


class UrlTarget:
    """Whatever answers below a URL: a fake, a proxy, another implementation.

    Each thread keeps one connection open.
    """

    kind: Kind = "url"

    def __init__(self, url: str, seconds: float = SECONDS, secret: str = SECRET) -> None:
        refuse(url)
        self.name = url
        self._url, self._seconds, self._secret = url.rstrip("/"), seconds, secret
        self._kept = local()
        self.told: dict[str, str] = {"token": secret}

    def ask(self, request: Request) -> Response:
        """The answer. Raises OSError where none comes within the time allowed."""
        try:
            return self._over(request, self._connection())
        except (HTTPException, ConnectionError, BrokenPipeError):
            # A kept connection may have been closed meanwhile: once more on a new one.
            self.close()
        try:
            return self._over(request, self._connection())
        except HTTPException as error:
            self.close()
            raise ConnectionError(str(error)) from error

    def request(self, case: Case) -> Request:
        """The request of a case at the URL."""
        return spelled(case, self._url, self._secret)

    def place(self, setting: str) -> "UrlTarget | None":
        """The same target where nothing needs to be set."""
        return None if setting else self

    def below(self, path: str) -> str:
        """The URL of a path."""
        return self._url + path

    def close(self) -> None:
        """Close this thread's connection."""
        kept = self._kept.__dict__.pop("connection", None)
        if kept:
            kept.close()

    def _over(self, request: Request, connection: HTTPConnection) -> Response:
        parts = urlsplit(request.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        try:
            connection.request(request.method, path, request.body, sent)
            answer = connection.getresponse()
            body = answer.read()
        except TimeoutError:
            self.close()
            raise
        headers = tuple(
            (name.lower().encode(), value.encode("latin-1")) for name, value in answer.getheaders()
        )
        return Response(answer.status, headers, body)

    def _connection(self) -> HTTPConnection:
        if "connection" not in self._kept.__dict__:
            self._kept.connection = self._opened()
        kept: HTTPConnection = self._kept.connection
        return kept

    def _opened(self) -> HTTPConnection:
        parts = urlsplit(self._url)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(parts.netloc, timeout=self._seconds, context=context)
        return HTTPConnection(parts.netloc, timeout=self._seconds)
