import base64
import subprocess
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.content.signatures import KEY, Issuer, issuer, make, verify
from tests.sweep import sweep

PICTURE = bytes(range(256)) * 400
GEMINI = issuer("gemini-3-pro-image", "gemini")
VERTEX = issuer("gemini-3-pro-image", "vertex")
SMALL = Issuer("some-model", b"\x01\x02\x03\x04", True, (200_000, 200_100))
FAMILIES = list(spec.table("thought_signatures")["families"])
SURFACES = list(spec.table("thought_signatures")["surfaces"])
EVERY = [(family, surface) for family in FAMILIES for surface in SURFACES]
SIGNED = make(b"a call", PICTURE, SMALL)

RECORDED = {
    "gemini": ["12aea3450aaaa34501114d320f", "12e585430ae1854301114d320f"],
    "vertex": ["018f3d6b5f"],
}
"""How recorded signatures begin, in hexadecimal; the varints tell their own lengths."""


def varint(data: bytes) -> tuple[int, bytes]:
    """A number that a message of protocol buffers begins with, and what is behind it."""
    value = shift = 0
    for place, byte in enumerate(data):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, data[place + 1 :]
    raise AssertionError("no end")


def altered(data: bytes, place: int, bits: int = 1) -> bytes:
    return data[:place] + bytes((data[place] ^ bits,)) + data[place + 1 :]


@sweep(("family", "surface"), EVERY)
def test_a_signature_is_genuine_for_its_part(family: str, surface: str) -> None:
    signer = issuer(family, surface)
    assert verify(make(b"seed", PICTURE, signer), PICTURE, signer)


@sweep(("family", "surface"), EVERY)
def test_signatures_have_recorded_sizes(family: str, surface: str) -> None:
    least, most = spec.table("thought_signatures")["families"][family]["characters"]
    signer = issuer(family, surface)
    sizes = [len(base64.b64encode(make(bytes((n,)), PICTURE, signer))) for n in range(12)]
    assert least <= min(sizes)
    assert max(sizes) <= most + 16  # of the messages around it
    assert (len(set(sizes)) > 1) is (most > least)


def test_on_the_gemini_api_a_signature_is_two_messages_in_each_other_as_recorded_ones() -> None:
    signed = make(b"seed", PICTURE, GEMINI)
    length, inner = varint(signed[1:])
    assert (signed[:1], length) == (b"\x12", len(inner))
    size, sealed = varint(inner[1:])
    assert (inner[:1], size) == (b"\x0a", len(sealed))
    assert sealed[:5].hex() == RECORDED["gemini"][0][-10:]


@pytest.mark.parametrize("recorded", RECORDED["gemini"])
def test_recorded_signatures_are_such_messages(recorded: str) -> None:
    length, inner = varint(bytes.fromhex(recorded)[1:])
    size, rest = varint(inner[1:])
    assert (recorded[:2], inner[:1], length - size) == ("12", b"\x0a", len(inner) - len(rest))


def test_on_vertex_ai_a_signature_begins_as_the_recorded_one() -> None:
    assert make(b"seed", PICTURE, VERTEX)[:5].hex() == RECORDED["vertex"][0]


def test_equal_calls_have_equal_signatures() -> None:
    assert make(b"a call", PICTURE, SMALL) == SIGNED


def test_equal_calls_have_equal_signatures_in_another_process() -> None:
    script = (
        "from hashlib import sha256\n"
        "from imagen_fake.content.signatures import issuer, make\n"
        "signer = issuer('gemini-3-pro-image', 'gemini')\n"
        "print(sha256(make(b'a call', b'a picture', signer)).hexdigest())"
    )
    outputs = [subprocess.check_output([sys.executable, "-c", script]) for _ in range(2)]
    assert outputs[0] == outputs[1]


@given(st.binary(), st.binary(), st.binary(), st.binary())
@settings(deadline=None, max_examples=30)
def test_other_calls_and_other_parts_have_other_signatures(
    seed: bytes, other_seed: bytes, part: bytes, other_part: bytes
) -> None:
    one, other = make(seed, part, SMALL), make(other_seed, other_part, SMALL)
    assert (one == other) is ((seed, part) == (other_seed, other_part))


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
@settings(deadline=None, max_examples=200)
def test_a_change_anywhere_is_noticed(place: int, bits: int) -> None:
    assert not verify(altered(SIGNED, place, bits), PICTURE, SMALL)


def test_a_change_of_any_byte_of_head_and_end_is_noticed() -> None:
    places = [*range(64), *range(len(SIGNED) - 64, len(SIGNED))]
    assert [place for place in places if verify(altered(SIGNED, place), PICTURE, SMALL)] == []


@sweep("cut", [1, 16, 100, len(SIGNED) // 2, len(SIGNED) - 20, len(SIGNED)])
def test_a_signature_that_was_cut_is_noticed(cut: int) -> None:
    assert not verify(SIGNED[:-cut], PICTURE, SMALL)
    assert not verify(SIGNED[cut:], PICTURE, SMALL)


@sweep("more", [b"\0", b"=", b"\n", SIGNED])
def test_more_bytes_at_either_end_are_noticed(more: bytes) -> None:
    assert not verify(SIGNED + more, PICTURE, SMALL)
    assert not verify(more + SIGNED, PICTURE, SMALL)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_other_bytes_are_no_signature(data: bytes) -> None:
    assert not verify(data, PICTURE, SMALL)


def test_filling_of_another_signature_is_noticed() -> None:
    other = make(b"another call", PICTURE, SMALL)
    middle = slice(60_000, 70_000)
    mixed = SIGNED[: middle.start] + other[middle] + SIGNED[middle.stop :]
    assert not verify(mixed, PICTURE, SMALL)


@sweep("part", [b"", PICTURE[1:], PICTURE + b"\0", altered(PICTURE, 5000)])
def test_a_signature_of_another_part_is_not_genuine(part: bytes) -> None:
    assert not verify(SIGNED, part, SMALL)


def test_a_signature_under_another_key_is_not_genuine() -> None:
    assert not verify(SIGNED, PICTURE, SMALL, b"another key")
    mine = make(b"a call", PICTURE, SMALL, b"another key")
    assert verify(mine, PICTURE, SMALL, b"another key")
    assert not verify(mine, PICTURE, SMALL, KEY)


@sweep("surface", SURFACES)
def test_models_of_another_family_do_not_take_a_signature(surface: str) -> None:
    signers = [issuer(family, surface) for family in FAMILIES]
    signed = [make(b"seed", PICTURE, signer) for signer in signers]
    taken = [[verify(each, PICTURE, signer) for signer in signers] for each in signed]
    assert taken == [[row == column for column in signers] for row in signers]


@sweep(("family", "surface"), EVERY)
def test_another_surface_does_not_take_a_signature(family: str, surface: str) -> None:
    (other,) = [each for each in SURFACES if each != surface]
    assert not verify(make(b"seed", PICTURE, issuer(family, surface)), PICTURE,
                      issuer(family, other))  # fmt: skip


def test_a_preview_and_the_model_that_followed_it_take_each_others_signatures() -> None:
    assert issuer("gemini-3-pro-image-preview", "gemini") == GEMINI


def test_a_model_without_signatures_is_an_error() -> None:
    with pytest.raises(KeyError):
        issuer("gemini-2.5-flash-image", "gemini")


def test_a_signature_cannot_be_packed_as_random_bytes_cannot() -> None:
    signed = make(b"seed", PICTURE, GEMINI)
    assert len(zlib.compress(signed)) >= len(signed)
