"""A secret planted wherever a server can put it, and looked for in every sink of a run."""

import base64
import contextlib
import html
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from imagen_fake.contract.cassettes.vendor_tokens import PREFIXES
from imagen_fake.contract.session import Options, Session
from imagen_fake.contract.targets import addresses
from imagen_fake.contract.targets.targets import UrlTarget
from tests.contract.sample_cases import TOO_MANY

pytest_plugins = ["pytester"]

SECRET = "quiet-moon-over-17-Birches/and+Tarns"  # noqa: S105 (made up)
B64 = base64.b64encode(f"Bearer {SECRET}".encode()).decode()
Plant = Callable[[str], str]


def message(text: str) -> str:
    return json.dumps({"error": {"code": 400, "message": text, "status": "INVALID_ARGUMENT"}})


def entities(text: str) -> str:
    return "".join(f"&#{ord(one)};" for one in text)


TEXTS: dict[str, str] = {
    "plain": SECRET,
    "bearer": f"Bearer {SECRET}",
    "upper": SECRET.upper(),
    "query": f"https://a.example/?key={quote(SECRET)}",
    "nested query": quote(f"https://a.example/?key={quote(SECRET, safe='')}", safe=""),
    "path": f"/v1/{quote(SECRET, safe='')}/x",
    "percent": "".join(f"%{ord(one):02X}" for one in SECRET),
    "some percent": SECRET.replace("-", "%2D"),
    "double percent": SECRET.replace("-", "%252D"),
    "base64": B64,
    "base64 of url": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "base64 twice": base64.b64encode(B64.encode()).decode(),
    "basic": "Basic " + base64.b64encode(f"walter:{SECRET}".encode()).decode(),
    "hex": SECRET.encode().hex(),
    "json": json.dumps({"a": SECRET}),
    "json twice": json.dumps(json.dumps({"a": SECRET})),
    "json escapes": "".join(f"\\u{ord(one):04x}" for one in SECRET),
    "html": entities(SECRET),
    "html quote": html.escape(f'"{SECRET}"'),
    "line break": f"{SECRET[:9]}\n{SECRET[9:]}",
    "indented": f"{SECRET[:9]}\r\n    {SECRET[9:]}",
    "escaped break": f"{SECRET[:9]}\\n{SECRET[9:]}",
    "half": SECRET[: len(SECRET) // 2],
    "other half": SECRET[len(SECRET) // 2 :],
    "cut": "a" * 290 + SECRET,
    "cut later": "b " * 990 + SECRET,
    "user info": f"http://walter:{quote(SECRET, safe='')}@a.example/",
    "header": f"x-goog-api-key: {SECRET}",
    "repr": repr({"key": SECRET.encode()}),
}
HEADERS: dict[str, str] = {
    "location": f"https://a.example/?token={quote(SECRET)}",
    "set-cookie": f"SID={SECRET}; Path=/",
    "www-authenticate": f'Bearer realm="x", token="{SECRET}"',
    "x-echo": SECRET,
    "server": SECRET,
    "retry-after": SECRET,
    "content-type": f"text/plain; charset={SECRET}",
    "content-encoding": SECRET,
    "vary": SECRET,
}


def answer(body: str, status: str = "400 Bad Request", header: str = "X-Plain: 1") -> bytes:
    data = body.encode()
    return f"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


PLACES: dict[str, bytes] = {
    **{f"error text, {name}": answer(message(text)) for name, text in TEXTS.items()},
    **{
        f"header {name}": answer(message("no"), header=f"{name}: {text}")
        for name, text in HEADERS.items()
    },
    "a redirect": answer("", "302 Found", f"Location: http://a.example/{SECRET}"),
    "a key of JSON": answer(json.dumps({SECRET: {SECRET: 1}})),
    "a success": answer(json.dumps({"predictions": [{SECRET: SECRET}]}), "200 OK"),
    "a page": answer(f"<p title='{SECRET}'>{SECRET}</p>"),
    "a reason": answer(message("no"), f"400 {SECRET}"),
    "no HTTP": f"{SECRET}\r\n\r\n".encode(),
    "a bad status": f"HTTP/1.1 {SECRET}\r\n\r\n".encode(),
    "a cut answer": f"HTTP/1.1 400 Bad\r\nContent-Length: 9999\r\n\r\n{SECRET}".encode(),
}  # fmt: skip


class Echo(socketserver.BaseRequestHandler):
    """Reads a request, and answers what the server is told."""

    def handle(self) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.request.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self.request.recv(65536)
        assert isinstance(self.server, Server)
        self.request.sendall(self.server.answer)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    answer = b""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Echo) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def pieces() -> list[str]:
    """What may stand nowhere: the secret, its encodings, and long parts of it."""
    parts = [SECRET[at : at + 12] for at in range(0, len(SECRET) - 11, 4)]
    return [B64, SECRET.encode().hex(), quote(SECRET, safe=""), entities(SECRET), *parts]


@pytest.mark.parametrize("place", PLACES)
def test_no_sink_shows_the_credential(
    place: str, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answer = PLACES[place]
    for text in sinks(server, tmp_path, capsys):
        assert [one for one in pieces() if one.lower() in text.lower()] == []


def sinks(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """All that a run against a server writes."""
    reports = [tmp_path / f"report{ending}" for ending in (".html", ".json", ".xml")]
    options = Options(
        examples=1, record=tmp_path / "cassettes", resume=tmp_path / "asked.txt", reports=reports
    )
    target = UrlTarget(f"http://127.0.0.1:{server.server_address[1]}", 5, SECRET)
    with contextlib.closing(target):
        assert Session(target, [TOO_MANY], options, print).run() == 1
    printed = capsys.readouterr()
    assert all(file.is_file() for file in reports)
    files = [file.read_text("utf-8") for file in tmp_path.rglob("*") if file.is_file()]
    return [printed.out, printed.err, *files]


TAIL = "Quiet7moon8OVER9birches"
TOKENS = " ".join(prefix + TAIL for some in PREFIXES.values() for prefix in some)
OTHERS: dict[str, bytes] = {
    "error text": answer(message(TOKENS)),
    "error text, base64": answer(message(base64.b64encode(TOKENS.encode()).decode())),
    "a header": answer(message("no"), header=f"WWW-Authenticate: {TOKENS}"),
    "a success": answer(json.dumps({"predictions": [{"said": TOKENS.split()}]}), "200 OK"),
    "keys of JSON": answer(json.dumps(dict.fromkeys(TOKENS.split(), 1))),
    "a page": answer(f"<p>{TOKENS}</p>"),
    "no HTTP": f"{TOKENS}\r\n\r\n".encode(),
}


@pytest.mark.parametrize("place", OTHERS)
def test_no_sink_shows_credentials_of_others(
    place: str, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answer = OTHERS[place]
    for text in sinks(server, tmp_path, capsys):
        assert TAIL not in text
        assert base64.b64encode(TOKENS.encode()).decode()[:60] not in text


@pytest.mark.parametrize("place", ["error text, bearer", "no HTTP"])
def test_pytest_shows_no_credential(place: str, server: Server, pytester: pytest.Pytester) -> None:
    server.answer = PLACES[place].replace(SECRET.encode(), addresses.SECRET.encode())
    url = f"http://127.0.0.1:{server.server_address[1]}"
    result = pytester.runpytest_inprocess(
        "--pyargs", "imagen_fake.contract", "-k", "imageverification or verified", "-l",
        "-p", "no:cacheprovider", "-p", "no:schemathesis",
        "--imagen-fake-target", url,
    )  # fmt: skip
    assert result.parseoutcomes()["failed"] > 5
    assert addresses.SECRET not in result.stdout.str() + result.stderr.str()


def test_pytest_refuses_a_url_with_a_credential(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess(
        "--pyargs", "imagen_fake.contract", "-k", "verified",
        "-p", "no:cacheprovider", "-p", "no:schemathesis",
        "--imagen-fake-target", "http://walter:quietmoon@127.0.0.1:9/",
    )  # fmt: skip
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    shown = result.stdout.str() + result.stderr.str()
    assert "leave them out" in shown
    assert "quietmoon" not in shown


def test_there_are_forty_places() -> None:
    assert len(PLACES) >= 40
