from http.client import HTTPConnection
from threading import active_count
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from imagen_fake.server import serving, url
from tests.http import call


def test_a_server_in_a_thread_stops_on_leaving() -> None:
    before = active_count()
    with serving() as address:
        assert call(address, "/_fake/health").status == 200
    with pytest.raises(URLError):
        urlopen(address)
    assert active_count() <= before + 2  # the pool of workers may idle on


def test_two_servers_have_ports_of_their_own() -> None:
    with serving() as first, serving() as second:
        assert first != second


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("fe80::2", "http://[fe80::2]:1"),
    ],
)
def test_a_url_can_be_called(host: str, shown: str) -> None:
    assert url(host, 1) == shown


def test_a_kept_connection_serves_many_calls() -> None:
    with serving() as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
        connection.connect()
        socket = connection.sock
        for _ in range(3):
            connection.request("GET", "/_fake/health")
            assert connection.getresponse().read()
            assert connection.sock is socket
        connection.close()
