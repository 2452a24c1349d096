"""The control API of a served fake, over HTTP."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT = 30.0
"""How many seconds the fake has for an answer."""


class ControlError(ValueError):
    """What the fake refused; the text is its own."""


class ControlClient:
    """Asks a fake at a URL, by no proxy; of one project alone where one is given."""

    def __init__(self, url: str, project: str | None) -> None:
        self._url, self._project = url.rstrip("/"), project
        self._opener = build_opener(ProxyHandler({}))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that a path answers. Raises ControlError, ConnectionError."""
        return self._send(method, path, {}, body)

    def ask_project(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """The same of a path whose answer a project narrows down."""
        named = {} if self._project is None else {"project": self._project}
        return self._send(method, path, {**named, **query}, body)

    def _send(self, method: str, path: str, query: dict[str, Any], body: Any) -> Any:
        url = f"{self._url}/_fake/{path}{'?' if query else ''}{urlencode(query)}"
        data = None if body is None else json.dumps(body).encode()
        try:
            request = Request(url, data, method=method)  # noqa: S310 (the scheme is the user's)
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise ControlError(_message(error)) from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            problem = f"no fake answers at {self._url}: {reason}. {self._advice()}"
            raise ConnectionError(problem) from None  # urllib's chain hides the words

    def _advice(self) -> str:
        if self._url.lower().startswith(("http://", "https://")):
            return "Start `imagen-fake serve` first."
        return "A fake's URL is http://HOST:PORT, as `imagen-fake serve` prints it."


def _message(error: HTTPError) -> str:
    """The text of a refusal."""
    raw = error.read()
    try:
        return str(json.loads(raw)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answered {error.code}; is it a fake's address?"
