import shutil
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from imagen_fake.config import ConfigError
from imagen_fake.server import tls
from imagen_fake.server.tls import Certificate, certificate


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("keys") / "tls", ["imagen-fake"])


def shake_hands(server: Certificate, host: str) -> None:
    """A TLS handshake in memory, by a client that trusts the authority; raises SSLError."""
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(server.chain, server.key)
    there = ssl.create_default_context(cafile=server.authority)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = there.wrap_bio(down, up, server_hostname=host)
    serving = here.wrap_bio(up, down, server_side=True)
    for side in (client, serving, client):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "127.0.0.1", "::1", "imagen-fake", "us-central1-aiplatform.googleapis.com",
        "aiplatform.googleapis.com", "oauth2.googleapis.com", "generativelanguage.googleapis.com",
    ],
)  # fmt: skip
def test_a_client_that_trusts_the_authority_accepts_every_name(
    made: Certificate, host: str
) -> None:
    shake_hands(made, host)


@pytest.mark.parametrize("host", ["example.com", "googleapis.com", "a.b.googleapis.com"])
def test_no_other_name_is_covered(made: Certificate, host: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(made, host)


def test_nobody_else_trusts_it(made: Certificate, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(Certificate(made.chain, made.key, other), "localhost")


def test_the_key_of_the_authority_is_not_kept(made: Certificate) -> None:
    kept = {file.name: file.read_text() for file in made.chain.parent.iterdir()}
    assert set(kept) == {"ca.pem", "server.pem", "server-key.pem"}
    assert [name for name, text in kept.items() if "PRIVATE KEY" in text] == ["server-key.pem"]


def test_the_key_is_for_its_owner(made: Certificate) -> None:
    assert made.key.stat().st_mode & 0o077 == 0


def test_it_lives_no_longer_than_clients_accept(made: Certificate) -> None:
    leaf = x509.load_pem_x509_certificate(made.chain.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    assert leaf.not_valid_before_utc < datetime.now(UTC)


def test_it_is_used_again(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    first = certificate(folder).chain.read_bytes()
    assert certificate(folder).chain.read_bytes() == first


def test_more_names_make_a_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    certificate(folder)
    shake_hands(certificate(folder, ["more.example"]), "more.example")


def test_one_that_is_about_to_end_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tls"
    first = certificate(folder).chain.read_bytes()
    monkeypatch.setattr(tls, "RENEW_BEFORE", timedelta(days=400))
    assert certificate(folder).chain.read_bytes() != first


def test_a_folder_that_cannot_be_filled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="no certificate"):
        certificate(tmp_path / "file" / "tls")


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "server.pem").write_text("nonsense")
    with pytest.raises(ConfigError, match="no certificate"):
        certificate(tmp_path)


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(ConfigError, match=r"imagen-fake\[tls\]"):
        certificate(tmp_path / "tls")


def test_of_two_who_make_one_at_once_the_first_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tls"
    first = certificate(folder).chain.read_bytes()
    monkeypatch.setattr(shutil, "rmtree", lambda _folder, **_options: None)
    monkeypatch.setattr(tls, "RENEW_BEFORE", timedelta(days=400))
    assert certificate(folder).chain.read_bytes() == first
