import asyncio
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

import imagen_fake
from imagen_fake import Config, ConfigError
from tests.beside.asking import ask


def test_it_answers_at_its_url_until_it_is_left() -> None:
    with imagen_fake.serve() as fake:
        fake.rule("error=503 times=1")
        with pytest.raises(OSError, match="503"):
            ask(fake.url)
        assert ask(fake.url) == 2
        assert [call.status for call in fake.calls] == [503, 200]
    with pytest.raises(OSError, match="refused"):
        ask(fake.url)


def test_its_variables_lead_to_it_and_its_credentials_are_there() -> None:
    with imagen_fake.serve(Config(project="mine")) as fake:
        assert fake.env["GOOGLE_VERTEX_BASE_URL"] == fake.url
        assert fake.env["GOOGLE_CLOUD_PROJECT"] == "mine"
        file = Path(fake.env["GOOGLE_APPLICATION_CREDENTIALS"])
        assert f"{fake.url}/v1/token" in file.read_text()
    assert not file.exists()


def test_each_entering_of_the_same_one_has_a_fake_of_its_own() -> None:
    serving = imagen_fake.serve()
    with serving as outer, serving as inner:
        assert ask(inner.url) == 2
        assert (len(outer.calls), len(inner.calls)) == (0, 1)
    with serving as again:
        assert ask(again.url) == 2
        assert len(again.calls) == 1


def test_a_taken_port_is_an_error_in_words_and_leaves_nothing_entered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        serving = imagen_fake.serve(port=port)
        with pytest.raises(ConfigError, match=f"Port {port} of 127.0.0.1 is taken"):
            serving.__enter__()
    with serving as fake:
        assert fake.url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("port", [-1, 65536, 70000, 1.5, "80", None])
def test_what_is_no_port_is_refused_in_place_of_another(port: Any) -> None:
    with pytest.raises(ConfigError, match="whole number from 0 to 65535"):
        imagen_fake.serve(port=port).__enter__()


def test_over_tls_its_variables_name_the_authority_to_trust() -> None:
    with imagen_fake.serve(tls=True) as fake:
        assert fake.url.startswith("https://")
        trusted = ssl.create_default_context(cafile=fake.env["SSL_CERT_FILE"])
        with urlopen(f"{fake.url}/_fake/health", timeout=30, context=trusted) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("tls", [False, True])
def test_grpc_is_answered_on_a_port_of_its_own(tls: bool) -> None:
    with imagen_fake.serve(tls=tls, grpc=True) as fake:
        address = f"localhost:{fake.grpc_port}"
        if tls:
            root = Path(fake.env["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]).read_bytes()
            channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(root))
        else:
            channel = grpc.insecure_channel(address)
        with channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            status = stub.Check(health_pb2.HealthCheckRequest(), timeout=30).status
    assert status == health_pb2.HealthCheckResponse.SERVING


def test_without_grpc_there_is_no_port_of_it() -> None:
    with imagen_fake.serve() as fake:
        assert fake.grpc_port is None


def test_it_may_be_entered_where_an_event_loop_runs_as_in_a_notebook() -> None:
    async def cell() -> int:
        with imagen_fake.serve() as fake:
            return await asyncio.to_thread(ask, fake.url)

    assert asyncio.run(cell()) == 2


def test_what_is_intercepted_may_share_the_fake_that_is_served() -> None:
    with imagen_fake.serve() as fake, imagen_fake.intercept(state=fake.state):
        assert ask() == ask(fake.url) == 2
        assert len(fake.calls) == 2


INTERRUPTED = """
import imagen_fake, time
try:
    with imagen_fake.serve(grpc=True) as fake:
        print(fake.url, fake.env["GOOGLE_APPLICATION_CREDENTIALS"], flush=True)
        time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_is_the_programs_and_stops_it_cleanly() -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        _, file = program.stdout.readline().split()
        program.send_signal(signal.SIGINT)
        assert program.communicate(timeout=60) == ("interrupted\n", "")
    assert program.returncode == 0
    assert not Path(file).exists()


@pytest.mark.parametrize("grpc", [False, True])
def test_a_program_that_never_leaves_it_ends_all_the_same(grpc: bool) -> None:
    code = f"import imagen_fake; serving = imagen_fake.serve(grpc={grpc}); serving.__enter__()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
