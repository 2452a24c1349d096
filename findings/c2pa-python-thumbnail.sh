#!/usr/bin/env bash
# c2pa-python 0.38.1 signs a PNG with a manifest that says one action and nothing else.
# Best guess: the file grows by the claim, its signature and certificates: some 4 KB, as pictures of
# Google's grow by 6 with a time stamp.
# Seen: it grows by more than a thumbnail of it takes, which nothing asked for; as `thumbnail` false
# in the settings of a Context it grows by less than 5 KB.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check c2pa-python==0.38.1 cryptography==50.0.2 pillow==13.0.0
cat >sign.py <<'PYTHON'
import io, json
from datetime import datetime
import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n), x509.NameAttribute(NameOID.ORGANIZATION_NAME, n)])
         for n in ("authority", "signer")]
rest = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "encipher_only", "decipher_only", "crl_sign")

def certificate(number):
    usage = x509.KeyUsage(digital_signature=number == 1, key_cert_sign=number == 0, **dict.fromkeys(rest, False))
    return (x509.CertificateBuilder(names[0], names[number], keys[number].public_key())
            .serial_number(number + 1).not_valid_before(datetime(2025, 1, 1)).not_valid_after(datetime(2045, 1, 1))
            .add_extension(x509.BasicConstraints(number == 0, None), True).add_extension(usage, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(keys[number].public_key()), False))

leaf = (certificate(1)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), False))
pem = serialization.Encoding.PEM
chain = b"".join(each.sign(keys[0], hashes.SHA256()).public_bytes(pem) for each in (leaf, certificate(0)))
key = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

def grown(settings):
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
    context = c2pa.Context(c2pa.Settings.from_dict(settings), c2pa.Signer.from_info(info))
    action = {"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}
    manifest = {"claim_generator_info": [{"name": "x", "version": "1"}],
                "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}]}
    plain, signed = io.BytesIO(), io.BytesIO()
    Image.effect_mandelbrot((1024, 1024), (-2, -1.5, 1, 1.5), 100).convert("RGB").save(plain, "PNG")
    with c2pa.Builder(manifest, context=context) as builder:
        builder.sign("image/png", io.BytesIO(plain.getvalue()), signed)
    store = json.loads(c2pa.Reader("image/png", io.BytesIO(signed.getvalue())).detailed_json())
    labels = store["manifests"][store["active_manifest"]]["assertion_store"]
    return len(signed.getvalue()) - len(plain.getvalue()), "c2pa.thumbnail.claim" in labels

for name, settings in (("as it is", {}), ("thumbnail false", {"builder": {"thumbnail": {"enabled": False}}})):
    size, thumbnail = grown(settings)
    print(f"{name}: {'thumbnail' if thumbnail else 'no thumbnail'}, {'more' if size > 5000 else 'less'} than 5 KB")
PYTHON
seen=$(.venv/bin/python sign.py)
printf '%s\n' "$seen"
[ "$seen" = 'as it is: thumbnail, more than 5 KB
thumbnail false: no thumbnail, less than 5 KB' ] || { echo "changed"; exit 1; }
