"""Thought signatures: what comes with a part of an answer, and has to come back with it.

A signature is opaque to clients. It begins as the service's do: a version byte and the number of a
key, within two messages of protocol buffers on some surfaces. Then come a nonce, filling up to the
size of the service's, and a code over the nonce, the part and the model. The filling follows from
that code, so that whoever has the key notices a change anywhere, and nothing is remembered.
"""

import hmac
from hashlib import sha256, shake_128
from typing import NamedTuple

from imagen_fake import spec

KEY = b"imagen-fake thought signatures"  # the same in every process: equal calls, equal answers
NONCE, CODE = 12, 16  # bytes
LONGEST_HEAD = 16  # bytes before the version byte, at most
STREAM = 1 << 16  # bytes after which the filling repeats: more than deflate looks back


class Issuer(NamedTuple):
    """Who signs: the models that take each other's signatures, on a surface."""

    family: str
    key_id: bytes  # of four bytes, as the surface's signatures name it
    enveloped: bool  # within messages of protocol buffers
    sizes: tuple[int, int]  # bytes, without those messages: the least and the most


def issuer(model: str, surface: str) -> Issuer:
    """Return who signs for a model on a surface; KeyError if its answers have no signatures."""
    table = spec.table("thought_signatures")
    family = next((each for each in table["families"] if model.startswith(each)), model)
    form = table["surfaces"][surface]
    least, most = table["families"][family]["characters"]
    key_id = bytes.fromhex(form["keyId"])
    return Issuer(family, key_id, form["enveloped"], (least * 3 // 4, most * 3 // 4))


def make(seed: bytes, part: bytes, signer: Issuer, key: bytes = KEY) -> bytes:
    """Return the signature of a part of an answer.

    Args:
        seed: what tells one call, and one part of it, from others: an equal seed and part have an
            equal signature.
        part: the bytes of the part, a picture's file or a text in UTF-8.
        signer: the model and surface that answer.
        key: any bytes; a signature is genuine under the key it was made with.
    """
    digest = sha256(part).digest()
    return _sealed(hmac.digest(key, seed + digest, "sha256")[:NONCE], digest, signer, key)


def verify(signature: bytes, part: bytes, signer: Issuer, key: bytes = KEY) -> bool:
    """Return whether a signature, altered nowhere, is that of a part of such a signer's answer."""
    marker = _marker(signer)
    start = signature.find(marker, 0, LONGEST_HEAD + len(marker)) + len(marker)
    nonce = signature[start : start + NONCE]
    return signature == _sealed(nonce, sha256(part).digest(), signer, key)


def _sealed(nonce: bytes, digest: bytes, signer: Issuer, key: bytes) -> bytes:
    """Return the signature that has a nonce."""
    least, most = signer.sizes
    size = least + int.from_bytes(nonce) % (most - least + 1)
    code = hmac.digest(key, nonce + digest + signer.family.encode(), "sha256")[:CODE]
    start = _marker(signer) + nonce
    rounds, rest = divmod(size - len(start) - CODE, STREAM)
    stream = shake_128(key + code).digest(STREAM)
    head = _envelope(size) if signer.enveloped else b""
    return b"".join([head, start, *[stream] * rounds, stream[:rest], code])


def _marker(signer: Issuer) -> bytes:
    return b"\x01" + signer.key_id


def _envelope(size: int) -> bytes:
    """Return what stands before so many bytes in field 1 of the message in field 2 of another."""
    inner = b"\x0a" + _varint(size)
    return b"\x12" + _varint(len(inner) + size) + inner


def _varint(value: int) -> bytes:
    low, high = value & 0x7F, value >> 7
    return bytes((low | 0x80,)) + _varint(high) if high else bytes((low,))
