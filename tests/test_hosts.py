from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.hosts import (
    AllowedHosts,
    allowed_origin,
    authority,
    is_address,
    is_loopback,
    listens_on_loopback,
    web_origin,
)
from tests.sweep import sweep


@sweep(
    ("text", "expected"),
    [
        ("localhost", ("localhost", None)),
        ("LocalHost:8787", ("localhost", 8787)),
        ("localhost.:80", ("localhost", 80)),
        ("a.b-c_d:", ("a.b-c_d", None)),
        ("127.0.0.1:1", ("127.0.0.1", 1)),
        ("[::1]:8787", ("::1", 8787)),
        ("[0:0:0:0:0:0:0:1]", ("::1", None)),
        ("[::FFFF:127.0.0.1]", (str(ip_address("::ffff:127.0.0.1")), None)),
    ],
)
def test_a_host_and_a_port_are_read_in_one_spelling(
    text: str, expected: tuple[str, int | None]
) -> None:
    assert authority(text) == expected


@sweep(
    "text",
    [
        "", ":80", ".", "a b", "a/b", "user@localhost", "localhost:x", "localhost:1:2", "::1",
        "[::1", "[]", "[localhost]", "[1.2.3.4", "[::1%lo]", "localhost#", "ä.test", "a\n",
        "localhost:123456", "x" * 301, "*", "*.test",
    ],
)  # fmt: skip
def test_what_is_no_host_is_none(text: str) -> None:
    assert authority(text) is None


@given(st.text())
def test_any_text_is_read_or_none(text: str) -> None:
    found = authority(text)
    assert found is None or (found.host and found.host == found.host.lower())


@pytest.mark.parametrize(
    "host", ["localhost", "app.localhost", "127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"]
)
def test_this_machine_is_known_by_its_names_and_addresses(host: str) -> None:
    assert is_loopback(host)
    assert host in AllowedHosts()


@sweep(
    "host",
    [
        "localhost.evil.example", "127.0.0.1.evil.example", "evil-localhost", "0x7f.1", "127.1",
        "2130706433", "0177.0.0.1", "127.0.0.01", "0.0.0.0", "::", "192.168.0.1", "10.0.0.1",
        "::ffff:192.168.0.1", "localhost.", "evil.example", "host.docker.internal",
    ],
)  # fmt: skip
def test_what_only_looks_like_this_machine_is_not(host: str) -> None:
    assert not is_loopback(host)
    assert host not in AllowedHosts()


@given(st.ip_addresses())
def test_an_address_is_loopback_as_the_library_says(address: object) -> None:
    found = ip_address(str(address))
    mapped = getattr(found, "ipv4_mapped", None) or found
    assert is_address(str(address))
    assert is_loopback(str(address)) == mapped.is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "us-central1-aiplatform.googleapis.com", "generativelanguage.googleapis.com",
        "metadata.google.internal", "169.254.169.254", "api.aimlapi.com", "storage.googleapis.com",
    ],
)  # fmt: skip
def test_the_services_own_hosts_are_allowed(host: str) -> None:
    assert host in AllowedHosts()


def test_more_hosts_and_patterns_are_allowed() -> None:
    hosts = AllowedHosts(["Host.Docker.Internal.", "*.test", "192.168.0.7", "[FE80::0:1]"])
    for host in ("host.docker.internal", "a.b.test", "192.168.0.7", "fe80::1"):
        assert host in hosts
    for host in ("docker.internal", "test", "192.168.0.8", "a.test.example"):
        assert host not in hosts


@pytest.mark.parametrize("text", ["", "http://a.test", "a.test:80", "a b", "a/b", "ä.test", "a?"])
def test_what_is_no_host_cannot_be_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="no host to allow"):
        AllowedHosts([text])


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_a_loopback_address_is_this_machine_alone(host: str) -> None:
    assert listens_on_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0.0.0.0", "::", "192.0.2.1", "no such host", "\0", "a" * 99, "a." * 150 + "localhost"],
)
def test_every_other_address_is_the_networks(host: str) -> None:
    assert not listens_on_loopback(host)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://App.Test", ("https", "app.test", 443)),
        ("http://localhost:3000", ("http", "localhost", 3000)),
        ("HTTP://[::1]:80", ("http", "::1", 80)),
        ("null", None),
        ("chrome-extension://abd", None),
        ("https://a@b", None),
        ("https://a/", None),
    ],
)
def test_an_origin_of_the_web_has_scheme_host_and_port(
    text: str, expected: tuple[str, str, int] | None
) -> None:
    assert web_origin(text) == expected


def test_origins_of_other_schemes_are_allowed_as_they_are_spelled() -> None:
    assert allowed_origin("chrome-extension://abd") == "chrome-extension://abd"
    assert allowed_origin("null") == "null"


@pytest.mark.parametrize("text", ["", "app.test", "https://a.test/path", "http://*.test"])
def test_what_is_no_origin_is_refused_with_what_one_is(text: str) -> None:
    with pytest.raises(ValueError, match="give scheme://host or scheme://host:port"):
        allowed_origin(text)
