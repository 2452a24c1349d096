"""Mocks and recorders of others: what the fake answers passes them by, in either order.

Their patches lie over ours, or ours over theirs; but each of them looks up one of these methods
when a request comes. Most are not public: where one is missing, interception fails at once.
"""

from collections.abc import Callable, Iterator
from typing import Any

from imagen_fake.testing.http_client import REQUEST, Method, Patch, Wrap
from imagen_fake.testing.httpx_aiohttp import wrap_httpx
from imagen_fake.testing.routing import NetworkBlocked, Router

NEEDS_A_SERVER = (
    "curl_cffi's calls cannot be intercepted, as curl opens its connections itself: ask a served"
    " fake for Imagen, the fixture imagen_fake or imagen_fake.serve(), at its `url`."
)


def _responses(router: Router, responses: Any) -> Iterator[Patch]:
    def wrap(original: Method) -> Method:
        def _on_request(mock: Any, adapter: Any, request: Any, **keywords: Any) -> Any:
            if router.resolve("", str(request.url)) is None:
                return original(mock, adapter, request, **keywords)
            keywords.pop("retries", None)
            return mock._real_send(adapter, request, **keywords)

        return _on_request

    yield responses.RequestsMock, "_on_request", wrap


def _requests_mock(router: Router, adapter: Any) -> Iterator[Patch]:
    def wrap(original: Method) -> Method:
        def send(mock: Any, request: Any, **keywords: Any) -> Any:
            if router.resolve("", str(request.url)) is None:
                return original(mock, request, **keywords)
            # Mockers hand it on then. Only an adapter that a user has mounted does not.
            raise adapter._RunRealHTTP("The fake answers this, not a mounted adapter.")

        return send

    yield adapter.Adapter, "send", wrap


def _pytest_httpx(router: Router, module: Any) -> Iterator[Patch]:
    wrap, wrap_async = wrap_httpx(router, position=2)
    yield module.HTTPXMock, "_handle_request", wrap
    yield module.HTTPXMock, "_handle_async_request", wrap_async


def _respx(router: Router, mocks: Any) -> Iterator[Patch]:
    """Above ours lies only `respx.mock(using="httpx")`."""

    def check(request: Any) -> None:
        if router.resolve("", str(request.url)):
            raise mocks.PassThrough("The fake answers this.", request=request, origin=None)

    def wrap(original: Any) -> Any:
        def handler(mocker: Any, request: Any) -> Any:
            check(request)
            return original.__func__(mocker, request)

        return classmethod(handler)

    def wrap_async(original: Any) -> Any:
        async def async_handler(mocker: Any, request: Any) -> Any:
            check(request)
            return await original.__func__(mocker, request)

        return classmethod(async_handler)

    yield mocks.Mocker, "handler", wrap
    yield mocks.Mocker, "async_handler", wrap_async


def _aioresponses(router: Router, core: Any) -> Iterator[Patch]:
    """It hands out a method of its own when it is made, so what it has put in place is wrapped."""
    session_class = core.ClientSession

    def wrap_request(original: Any) -> Any:
        mock = getattr(getattr(original, "side_effect", None), "__self__", None)
        if not isinstance(mock, core.aioresponses):
            return original

        async def _request(session: Any, method: str, url: Any, **keywords: Any) -> Any:
            request = original
            if router.resolve("", str(session._build_url(url))):
                request = mock.patcher.temp_original
            return await request(session, method, url, **keywords)

        return _request

    def wrap_start(original: Method) -> Method:
        def start(mock: Any) -> None:
            original(mock)
            session_class._request = wrap_request(session_class._request)

        return start

    yield session_class, "_request", wrap_request
    yield core.aioresponses, "start", wrap_start


def _cassette(router: Router, cassette: Any) -> Iterator[Patch]:
    """VCR.py asks its cassette before it plays, refuses or records."""

    def wrap(nothing: object) -> Wrap:
        def wrap_method(original: Method) -> Method:
            def method(tape: Any, request: Any, *arguments: Any) -> Any:
                if request and router.resolve("", request.uri):
                    return nothing
                return original(tape, request, *arguments)

            return method

        return wrap_method

    yield cassette.Cassette, "can_play_response_for", wrap(False)
    yield cassette.Cassette, "filter_request", wrap(None)
    yield cassette.Cassette, "append", wrap(None)


def _vcr_httpx(router: Router, stubs: Any) -> Iterator[Patch]:
    """For httpx VCR.py goes on to what it found when it was imported, beneath ours."""
    wrap, wrap_async = wrap_httpx(router, position=3)
    yield stubs, "_vcr_handle_request", wrap
    yield stubs, "_vcr_handle_async_request", wrap_async


def _vcr_originals(router: Router, module: Any) -> Iterator[Patch]:
    """VCR.py puts these back for a moment, for all threads, whenever it opens a connection."""
    wrap, wrap_async = wrap_httpx(router)
    for name in vars(module).copy():
        if name.endswith("HttpTransport_handle_request"):
            yield module, name, wrap
        elif name.endswith("AsyncHttpTransport_handle_async_request"):
            yield module, name, wrap_async


def _curl_cffi(router: Router, curl: Any) -> Iterator[Patch]:
    """No mock can catch what curl sends; it can be stopped."""

    def wrap(original: Method) -> Method:
        def setopt(handle: Any, option: Any, value: Any) -> Any:
            headers = []
            if option == curl.CurlOpt.URL:
                url = value.decode() if isinstance(value, bytes) else value
                vars(handle)[REQUEST] = url
                if router.resolve("", url):
                    raise NetworkBlocked(NEEDS_A_SERVER)
            elif option == curl.CurlOpt.HTTPHEADER:
                headers = [(b"", header) for header in value]
            if option in (curl.CurlOpt.URL, curl.CurlOpt.HTTPHEADER):
                router.check_departure("", vars(handle).get(REQUEST), headers)
            return original(handle, option, value)

        return setopt

    yield curl.Curl, "setopt", wrap


PATCHES: dict[str, Callable[[Router, Any], Iterator[Patch]]] = {
    "responses": _responses,
    "requests_mock.adapter": _requests_mock,
    "pytest_httpx._httpx_mock": _pytest_httpx,
    "respx.mocks": _respx,
    "aioresponses.core": _aioresponses,
    "vcr.cassette": _cassette,
    "vcr.stubs.httpx_stubs": _vcr_httpx,
    "vcr.patch": _vcr_originals,
    "curl_cffi.curl": _curl_cffi,
}
"""What is replaced in a module, by its name."""
