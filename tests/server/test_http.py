import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from shutil import which
from signal import SIGHUP, SIGINT, SIGQUIT, SIGTERM, Signals
from threading import active_count
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import grpc
import pytest
from google.protobuf import json_format

from imagen_fake.config import ConfigError
from imagen_fake.server import uvicorn_server
from imagen_fake.server.http import serve_in_thread
from imagen_fake.server.tls import Certificate
from imagen_fake.surfaces.vertex_messages import message
from tests import rpc
from tests.conftest import RESOURCE
from tests.http import call
from tests.swallowed import signal_at_import

PATH = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"
SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


def test_a_server_in_a_thread_stops_on_leaving() -> None:
    before = active_count()
    with serve_in_thread() as address:
        assert call(address, "/_fake/health").status == 200
    with pytest.raises(URLError):
        urlopen(address)
    assert active_count() <= before + 2  # the pool of workers may idle on


def test_two_servers_have_ports_of_their_own() -> None:
    with serve_in_thread() as first, serve_in_thread() as second:
        assert first != second


@contextmanager
def process(folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """A server with this folder for temporary files, killed if it does not end by itself."""
    command = [sys.executable, "-m", "imagen_fake", "serve", "--port", "0", *options]
    with subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def url_of(running: "subprocess.Popen[str]") -> str:
    """Where it says that it listens, once it does."""
    assert running.stdout
    return running.stdout.readline().split()[4].rstrip(",")


def ended(running: "subprocess.Popen[str]", *numbers: Signals) -> tuple[int, str]:
    """Exit code and errors of a server that is sent these signals."""
    for number in numbers:
        running.send_signal(number)
    _, errors = running.communicate(timeout=30)
    return running.returncode, errors


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def begin(address: str, body: bytes, length: int, directives: str = "") -> socket.socket:
    """A connection on which so much of a body was sent."""
    wire = connected(address)
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
    wire.sendall(f"{head}X-Imagen-Fake: {directives}\r\n\r\n".encode() + body)
    return wire


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([SIGINT], 0),
        ([SIGTERM], 128 + SIGTERM),
        ([SIGHUP], 128 + SIGHUP),
        ([SIGQUIT], 128 + SIGQUIT),
        ([SIGTERM, SIGTERM, SIGHUP], None),
        ([SIGINT, SIGINT, SIGINT], None),
    ],
)
def test_whatever_signal_ends_a_server_no_temporary_folder_is_left(
    tmp_path: Path, numbers: list[Signals], code: int | None
) -> None:
    with process(tmp_path) as running:
        call(url_of(running), "/storage/v1/b", {"name": "pictures"})
        assert list(tmp_path.iterdir())
        returned, errors = ended(running, *numbers)
    if code is None:  # the last of them may find the process all but gone
        assert returned in (0, *(128 + n for n in numbers), *(-n for n in numbers))
    else:
        assert returned == code
    assert errors == ""
    assert list(tmp_path.iterdir()) == []


def test_a_signal_during_the_start_ends_a_server_before_it_listens(tmp_path: Path) -> None:
    of_the_host = "encodings.idna"  # imported when it is to listen
    command = ["serve", "--port", "0"]
    ended = subprocess.run(
        [sys.executable, "-m", "imagen_fake", *command],
        env={**os.environ, **signal_at_import(tmp_path, of_the_host)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + SIGTERM, b"", b"")


def test_a_server_that_ignores_hang_ups_goes_on() -> None:
    command = [sys.executable, "-m", "imagen_fake", "serve", "--port", "0"]
    with subprocess.Popen(
        [which("nohup") or "", *command], stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            address = url_of(running)
            running.send_signal(SIGHUP)
            assert call(address, "/_fake/health").status == 200
        finally:
            running.terminate()
    assert running.returncode == 128 + SIGTERM


@pytest.mark.parametrize("directives", ["delay=300s", "slow=1", "error=503 delay=300s"])
def test_a_late_answer_ends_with_the_server_and_without_a_word(
    tmp_path: Path, directives: str
) -> None:
    raw = json.dumps(SMALL).encode()
    with process(tmp_path) as running:
        address = url_of(running)
        with begin(address, raw, len(raw), directives) as wire:
            journaled(address, 1)
            returned, errors = ended(running, SIGTERM)
            answered = b"".join(iter(lambda: wire.recv(65536), b""))
    assert (returned, errors) == (128 + SIGTERM, "")
    assert b" 500 " not in answered


def test_half_received_bodies_end_with_the_server_and_without_a_word(tmp_path: Path) -> None:
    with process(tmp_path) as running:
        address = url_of(running)
        wires = [begin(address, b"{", 1000) for _ in range(200)]
        assert call(address, "/_fake/health").status == 200
        assert ended(running, SIGTERM) == (128 + SIGTERM, "")
    for wire in wires:
        wire.close()


def test_a_late_answer_over_grpc_ends_with_the_server(tmp_path: Path) -> None:
    of = rpc.method("Predict")
    asked = {"endpoint": RESOURCE + "imagen-4.0-generate-001"}
    instance = {"prompt": "a [fake: error=503 delay=300s] cat"}
    request = json_format.ParseDict({**asked, "instances": [instance]}, message(of.input_type)())
    with process(tmp_path, "--grpc-port", "0") as running:
        assert running.stdout
        line = running.stdout.readline()
        address, port = line.split()[4].rstrip(","), line.split()[-1]
        with grpc.insecure_channel(f"127.0.0.1:{port}") as to:
            stub: Any = to.unary_unary(f"/{of.containing_service.full_name}/{of.name}")
            late = stub.future(request.SerializeToString(), timeout=300)
            journaled(address, 1)
            assert ended(running, SIGTERM) == (128 + SIGTERM, "")
            assert late.code() in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)


def journaled(address: str, calls: int) -> None:
    """Wait until so many calls have been answered but for their delay."""
    deadline = monotonic() + 30
    while len(call(address, "/_fake/calls").json["calls"]) < calls:
        assert monotonic() < deadline
        sleep(0.02)


def test_after_a_failure_the_connection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("imagen_fake.surfaces.predict_endpoint.predict", fail)
    with serve_in_thread() as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
        for _ in range(3):
            connection.request("POST", PATH, json.dumps(SMALL).encode())
            used = connection.sock
            answer = connection.getresponse()
            assert (answer.status, answer.read() != b"") == (500, True)
            assert (answer.will_close, connection.sock is used) == (False, True)
        connection.close()


def test_an_idle_connection_is_kept_for_75_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0]
    monkeypatch.setattr(uvicorn_server, "new_event_loop", uvicorn_server.EventLoop)
    monkeypatch.setattr(uvicorn_server, "monotonic", lambda: monotonic() + passed[0])
    with serve_in_thread() as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=30)
        for _ in range(2):
            connection.request("GET", "/_fake/health")
            wire = connection.sock
            assert connection.getresponse().read()
            call(address, "/_fake/health")  # by now the event loop has set its timer
            passed[0] += 74
            call(address, "/_fake/health")  # by now it has run those that are due
        passed[0] += 2
        call(address, "/_fake/health")
        wire.setblocking(False)
        assert wire.recv(1) == b""
        connection.close()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a" * 70, "..", "%"])
def test_a_host_that_is_none_is_an_error_at_once(host: str) -> None:
    with pytest.raises(ConfigError, match="Nothing can listen on"), serve_in_thread(host=host):
        pass


def test_a_certificate_that_is_none_is_an_error_at_once(tmp_path: Path) -> None:
    file = tmp_path / "none.pem"
    file.write_text("nothing")
    with (
        pytest.raises(ConfigError, match="TLS cannot use"),
        serve_in_thread(certificate=Certificate(file, file)),
    ):
        pass


def test_what_ends_the_thread_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError("no sockets here")

    monkeypatch.setattr("uvicorn.Server.startup", forbid)
    with pytest.raises(PermissionError, match="no sockets here"), serve_in_thread():
        pass
