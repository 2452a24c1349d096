import pytest

from imagen_fake.config import ConfigError
from imagen_fake.forwarding.upstream import Upstream


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://generativelanguage.googleapis.com", "https://generativelanguage.googleapis.com"),
        ("https://A.test:443/", "https://a.test"),
        ("https://a.test.:8443", "https://a.test:8443"),
        ("https://[::1]:9", "https://[::1]:9"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_is_taken(text: str, shown: str) -> None:
    assert str(Upstream.parse(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "", "a.test", "ftp://a.test", "https://", "https://a.test/base", "https://a.test?x",
        "//a.test", "https://alice:s3cret@a.test", "https://a.test:99999", "https://a b.test",
        "https://a.test\r\nHost: b", "https://a.test#x", "https://a.test//", "https://é.test",
        "file:///etc/passwd", "http://a.test", "http://10.0.0.1", "http://localhost.evil.test",
        "http://0.0.0.0", "http://127.0.0.1.nip.io",
    ],
)  # fmt: skip
def test_what_is_no_origin_or_not_encrypted_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^forward") as caught:
        Upstream.parse(text)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "host", "port", "same"),
    [
        ("http://localhost:8787", "127.0.0.1", 8787, True),
        ("http://127.0.0.2:8787", "0.0.0.0", 8787, True),
        ("https://fake.test:8787", "Fake.test", 8787, True),
        ("http://localhost:8788", "127.0.0.1", 8787, False),
        ("https://a.test", "0.0.0.0", 443, False),
    ],
)
def test_a_fake_does_not_forward_to_itself(text: str, host: str, port: int, same: bool) -> None:
    upstream = Upstream.parse(text)
    if same:
        with pytest.raises(ConfigError, match="is where this fake listens"):
            upstream.check_differs(host, port)
    else:
        upstream.check_differs(host, port)
