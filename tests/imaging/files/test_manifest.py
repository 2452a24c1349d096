import io
import json
from typing import Any

import c2pa
import pytest
from PIL import Image

from imagen_fake.imaging.files.codec import write
from imagen_fake.imaging.files.manifest import with_manifest
from imagen_fake.imaging.files.profile import JpegProfile, PngProfile
from tests.imaging.files.test_codec import PICTURE, jpeg_segments, png_parts
from tests.sweep import sweep

CREATED = {
    "claim_generator_info": [{"name": "a test", "version": "1"}],
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": "urn:a-source"}]},
            "created": True,
        }
    ],
}
PNG, JPEG = write(PICTURE, PngProfile()), write(PICTURE, JpegProfile(80))
FILES = [("image/png", PNG), ("image/jpeg", JPEG)]


def read_manifest(data: bytes, mime_type: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The active manifest of a file, and what a validator says of it."""
    with c2pa.Reader(mime_type, io.BytesIO(data)) as reader:
        store = json.loads(reader.detailed_json())
    results = store["validation_results"]["activeManifest"]
    return store["manifests"][store["active_manifest"]], results


@sweep(("mime_type", "data"), FILES)
def test_a_validator_finds_all_in_order_but_whom_to_trust(mime_type: str, data: bytes) -> None:
    _, results = read_manifest(with_manifest(data, mime_type, CREATED), mime_type)
    assert [each["code"] for each in results["failure"]] == ["signingCredential.untrusted"]
    codes = {each["code"] for each in results["success"]}
    assert codes >= {"claimSignature.validated", "assertion.dataHash.match"}


@sweep(("mime_type", "data"), FILES)
def test_a_changed_file_is_noticed_by_a_validator(mime_type: str, data: bytes) -> None:
    signed = bytearray(with_manifest(data, mime_type, CREATED))
    signed[-40] ^= 1
    _, results = read_manifest(bytes(signed), mime_type)
    assert "assertion.dataHash.mismatch" in [each["code"] for each in results["failure"]]


@sweep(("mime_type", "data"), FILES)
def test_a_manifest_holds_what_was_given_and_no_thumbnail(mime_type: str, data: bytes) -> None:
    manifest, _ = read_manifest(with_manifest(data, mime_type, CREATED), mime_type)
    assert manifest["claim"]["claim_version"] == 2
    assert set(manifest["assertion_store"]) == {"c2pa.actions.v2", "c2pa.hash.data"}
    (action,) = manifest["assertion_store"]["c2pa.actions.v2"]["actions"]
    assert action == CREATED["assertions"][0]["data"]["actions"][0]  # type: ignore[index]  # JSON
    assert manifest["signature"]["issuer"] == "imagen-fake"


def test_in_a_jpeg_it_stands_behind_jfif_and_changes_nothing_else() -> None:
    signed = with_manifest(JPEG, "image/jpeg", CREATED)
    assert [marker for marker, _ in jpeg_segments(signed)[:3]] == [0xE0, 0xEB, 0xDB]
    length = len(signed) - len(JPEG)
    assert signed[:20] + signed[20 + length :] == JPEG


def test_in_a_png_it_stands_behind_the_header_and_changes_nothing_else() -> None:
    signed = png_parts(with_manifest(PNG, "image/png", CREATED))
    assert [name for name, _ in signed[:3]] == [b"IHDR", b"caBX", b"IDAT"]
    assert [signed[0], *signed[2:]] == png_parts(PNG)


@pytest.mark.parametrize("profile", [PngProfile(), JpegProfile(100, optimised=True)])
def test_pixels_stay(profile: PngProfile | JpegProfile) -> None:
    data = write(PICTURE, profile)
    kind = "image/png" if isinstance(profile, PngProfile) else "image/jpeg"
    before, after = (
        Image.open(io.BytesIO(each)).tobytes()
        for each in (data, with_manifest(data, kind, CREATED))
    )
    assert before == after
