"""C2PA manifests: what a file says of how it was made, signed by an authority of the fake's own.

Needs the extra `c2pa`. Key and certificate are new in each process, and nobody trusts them.
"""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.x509 import CertificateBuilder

SIGNER, AUTHORITY = "imagen-fake media", "imagen-fake media authority"
VALID = datetime(2025, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
SETTINGS = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}


def with_manifest(data: bytes, mime_type: str, manifest: Mapping[str, Any]) -> bytes:
    """Return a file that carries a manifest behind its first segment or chunk, otherwise the same.

    Args:
        data: a PNG or JPEG.
        mime_type: image/png or image/jpeg.
        manifest: what c2pa-python's Builder takes: actions, ingredients, who made it.
    """
    import c2pa

    signed = io.BytesIO()
    with c2pa.Builder(manifest, context=_context()) as builder:
        builder.sign(mime_type, io.BytesIO(data), signed)
    return signed.getvalue()


@cache
def _context() -> Any:
    import c2pa

    chain, key = _credentials()
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
    return c2pa.Context(c2pa.Settings.from_dict(SETTINGS), c2pa.Signer.from_info(info))


def _credentials() -> tuple[bytes, bytes]:
    """Return a certificate followed by its authority's, and its key, in PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate(AUTHORITY, authority.public_key(), signs=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    leaf = _certificate(SIGNER, key.public_key(), signs=False)
    leaf = leaf.add_extension(usage, critical=False).add_extension(issuer, critical=False)
    chain = b"".join(
        each.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        for each in (leaf, root)
    )
    return chain, key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _certificate(name: str, key: "EllipticCurvePublicKey", *, signs: bool) -> "CertificateBuilder":
    """Return a certificate to be signed; `signs` tells whether it signs others, or files."""
    from cryptography import x509

    usages = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
              "encipher_only", "decipher_only", "crl_sign")  # fmt: skip
    usage = x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, **dict.fromkeys(usages, False)
    )
    start, end = VALID
    return (
        x509.CertificateBuilder(_name(AUTHORITY), _name(name), key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=signs, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> Any:
    from cryptography.x509 import Name, NameAttribute
    from cryptography.x509.oid import NameOID

    names = (NameOID.COMMON_NAME, common), (NameOID.ORGANIZATION_NAME, "imagen-fake")
    return Name([NameAttribute(oid, value) for oid, value in names])
