"""Protects a listening fake from web pages: checks `Origin`, `Sec-Fetch-Site` and `Host`.

A developer's browser runs pages of anybody, and they reach what listens on the same machine. The
service's own routes are open to them; what is the fake's is not, see `guards.py`. Judged is
what a browser says of the page (`Origin`, else `Sec-Fetch-Site`), before the body is read.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imagen_fake.hosts import (
    AllowedHosts,
    allowed_origin,
    authority,
    is_address,
    is_loopback,
    web_origin,
)
from imagen_fake.middleware.guards import (
    IN_PROCESS,
    STORAGE_PATHS,
    check_headers,
    is_guarded,
    path_below,
)
from imagen_fake.pipeline.errors import ApiError

CROSS_ORIGIN = "imagen_fake.middleware.cross_origin"
"""The key of an ASGI scope that holds the page a call comes from, where it is a foreign one."""

ADVICE = "start the fake with --allow-origin and its origin"

ErrorResponder = Callable[[Request, ApiError], Awaitable[Response]]
"""Makes the response to a request that is refused."""

Headers = Mapping[bytes, Sequence[str]]
"""All values of `host`, `origin` and `sec-fetch-site`."""

OPEN_CORS: dict[str, Any] = {
    "allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"],
    "expose_headers": ["x-imagen-fake", "x-imagen-fake-warnings"], "allow_private_network": True,
}  # fmt: skip
"""Every page may read the response; the fake has no cookies."""

GUARDED_CORS = {**OPEN_CORS, "allow_origins": [], "allow_origin_regex": ".*"}
"""Only the requesting origin may read the response."""

GUARDED_HEADERS = [(b"cross-origin-resource-policy", b"same-origin")]
STORED_HEADERS = [
    *GUARDED_HEADERS,
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
]
"""A file that holds a script runs it as a page of no origin."""


class TrustPolicy:
    """Which origins are trusted, and which hosts are allowed.

    `origins` are further pages to trust, `hosts` further hosts; where `checks_host` is False
    every host is taken. Raises ValueError for what is no origin or no host.
    """

    def __init__(
        self, origins: Iterable[str] = (), hosts: Iterable[str] = (), *, checks_host: bool = False
    ) -> None:
        self._origins = frozenset(map(allowed_origin, origins))
        self._hosts = AllowedHosts(hosts)
        self._checks_host = checks_host

    def allows_host(self, headers: Headers) -> bool:
        """Whether `Host` is allowed; browsers always send one."""
        return not self._checks_host or all(map(self._is_allowed, headers[b"host"]))

    def allows_origin(self, scheme: str, headers: Headers) -> bool:
        """Whether a request comes from no page, or from a trusted origin."""
        origins = headers[b"origin"]
        if not origins:
            return set(headers[b"sec-fetch-site"]) <= {"none", "same-origin"}
        return len(origins) == 1 and self._is_trusted(origins[0], scheme, headers[b"host"])

    def _is_trusted(self, text: str, scheme: str, hosts: Sequence[str]) -> bool:
        origin = web_origin(text)
        if (origin or text) in self._origins:
            return True
        if origin is None:
            return False
        own = len(hosts) == 1 and origin == web_origin(f"{scheme}://{hosts[0]}")
        # A name that only the page gives the fake may be one that DNS leads here.
        return is_loopback(origin[1]) or (
            own and (self._is_allowed(hosts[0]) or is_address(origin[1]))
        )

    def _is_allowed(self, text: str) -> bool:
        parsed = authority(text)
        return parsed is not None and parsed.host in self._hosts


class CrossOriginProtection:
    """Middleware that refuses guarded paths to foreign pages, and hosts that are not allowed.

    Headers that are repeated or name no project are refused first. `refuse` makes the answer.

    Whoever comes from a foreign page to an open route is marked in the scope, as
    `CROSS_ORIGIN`. Requests with `Origin` get CORS headers, others keep the service's.
    """

    def __init__(self, app: ASGIApp, trust: TrustPolicy, refuse: ErrorResponder) -> None:
        self._app = app
        self._open = CORSMiddleware(app, **OPEN_CORS)
        self._guarded = CORSMiddleware(app, **GUARDED_CORS)
        self._trust = trust
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond, or refuse before the body is read."""
        app = self._app
        if scope["type"] == "http":
            path, headers = path_below(scope), _browser_headers(scope)
            guarded = is_guarded(path)
            try:
                check_headers(scope["headers"])
                if guarded:
                    stored = f"{path}/".startswith(STORAGE_PATHS)
                    send = _with_headers(send, STORED_HEADERS if stored else GUARDED_HEADERS)
                self._check(scope, headers, path, guarded=guarded)
                if headers[b"origin"]:
                    app = self._guarded if guarded else self._open
            except ApiError as error:
                app = await self._refuse(Request(scope), error)
        await app(scope, receive, send)

    def _check(self, scope: Scope, headers: Headers, path: str, *, guarded: bool) -> None:
        """Raise ApiError for a request that a foreign page may have made; none in process."""
        if IN_PROCESS in scope.get("extensions", ()):
            return
        if not self._trust.allows_host(headers):
            raise ApiError("fake_forbidden", problem=_host_refusal(headers))
        if self._trust.allows_origin(scope["scheme"], headers):
            return
        if guarded:
            problem = f"{_page(headers)} may not ask for {path[:80]}; to let it, {ADVICE}."
            raise ApiError("fake_forbidden", problem=problem)
        scope[CROSS_ORIGIN] = _page(headers)


def _browser_headers(scope: Scope) -> Headers:
    values: dict[bytes, list[str]] = {b"host": [], b"origin": [], b"sec-fetch-site": []}
    for name, value in scope["headers"]:
        if name in values:
            values[name].append(value.decode("latin-1"))
    return values


def _with_headers(send: Send, headers: Iterable[tuple[bytes, bytes]]) -> Send:
    async def added(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return added


def _host_refusal(headers: Headers) -> str:
    hosts = ", ".join(headers[b"host"])
    problem = f"it is not known as {hosts[:80]!r}, a name that a page may have led here"
    host = authority(hosts)
    advice = f"; if it is yours, start the fake with --allow-host {host.host[:80]}" if host else ""
    return f"{problem}{advice}."


def _page(headers: Headers) -> str:
    origins = ", ".join(headers[b"origin"])[:80]
    return f"a page of the origin {origins!r}" if origins else "a page of another site"
