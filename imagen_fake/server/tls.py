"""TLS certificates from an authority whose private key is never stored."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import Purpose, create_default_context
from tempfile import mkdtemp

from imagen_fake import spec
from imagen_fake.config import ConfigError

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
LIFETIME = timedelta(days=397)
"""macOS refuses server certificates that live longer than 825 days, browsers those over 398."""

RENEW_BEFORE = timedelta(days=30)
"""A certificate that ends sooner is not used again."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: the chain to show, its private key, and the authority that clients must trust.

    The last is None for a certificate of the user's own.
    """

    chain: Path
    key: Path
    authority: Path | None = None


def certificate(folder: Path, names: Iterable[str] = ()) -> Certificate:
    """The certificate in a folder, a new one if there is none for these names.

    It covers this machine's own names and Google's too. Only the authority's certificate is
    kept, so nobody can sign another. Raises ConfigError, without trustme too.
    """
    required = [*LOCAL_NAMES, *spec.table("hosts")["hosts"]["value"], *names]
    existing = _files_in(folder)
    try:
        if not _is_usable(existing, required):
            _create(folder, list(dict.fromkeys(required)))
    except ImportError:
        raise ConfigError("A certificate needs trustme: pip install 'imagen-fake[tls]'.") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"There can be no certificate in {folder}: {error}.") from None
    return existing


def check_certificate(certificate: Certificate) -> None:
    """Raise ConfigError unless a server can show this certificate."""
    try:
        create_default_context(Purpose.CLIENT_AUTH).load_cert_chain(
            certificate.chain, certificate.key, password=""
        )
    except OSError as error:
        raise ConfigError(
            f"TLS cannot use {certificate.chain} with {certificate.key} ({error}): they must be "
            "PEM files of a certificate and of its own key, without a passphrase."
        ) from None


def _files_in(folder: Path) -> Certificate:
    return Certificate(folder / "server.pem", folder / "server-key.pem", folder / "ca.pem")


def _is_usable(files: Certificate, names: Iterable[str]) -> bool:
    """Whether a certificate exists, covers the names and does not expire soon."""
    from cryptography import x509

    if not files.chain.exists():
        return False
    leaf = x509.load_pem_x509_certificate(files.chain.read_bytes())
    alternative_names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    covered_names = {str(name.value) for name in alternative_names}
    left = leaf.not_valid_after_utc - datetime.now(UTC)
    return covered_names.issuperset(names) and left > RENEW_BEFORE


def _create(folder: Path, names: list[str]) -> None:
    """Create the folder atomically: another process may be doing the same."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(mkdtemp(dir=folder.parent))
    _issue(_files_in(draft), names)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft)
        if not _files_in(folder).chain.exists():
            raise


def _issue(into: Certificate, names: list[str]) -> None:
    import trustme

    now = datetime.now(UTC)
    authority = trustme.CA(organization_name="imagen-fake")
    leaf = authority.issue_cert(
        *names,
        organization_name="imagen-fake",
        not_before=now - timedelta(days=1),
        not_after=now + LIFETIME,
    )
    into.key.touch(mode=0o600)
    leaf.private_key_pem.write_to_path(into.key)
    into.chain.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    if into.authority:
        authority.cert_pem.write_to_path(into.authority)
