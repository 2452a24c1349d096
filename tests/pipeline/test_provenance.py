import base64
from dataclasses import replace
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config, ConfigError
from imagen_fake.pipeline.provenance import signed
from tests.conftest import ask, understood
from tests.imaging.files.test_manifest import FILES, JPEG, PNG, read_manifest
from tests.pictures import media, product
from tests.sweep import sweep

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
GENERATE = replace(understood(), surface=spec.surface("gemini"), c2pa=True)
SENT = {"image": media(product((64, 64)))}
TRY_ON = {"personImage": SENT, "productImages": [SENT]}


def test_it_says_what_recorded_ones_say() -> None:
    manifest, _ = read_manifest(signed(GENERATE, PNG, "image/png"), "image/png")
    labels = [each["url"].rpartition("/")[2] for each in manifest["claim"]["created_assertions"]]
    actions = manifest["assertion_store"]["c2pa.actions.v2"]["actions"]
    assert labels == ["c2pa.actions.v2", "c2pa.hash.data"]
    assert actions == [
        {"action": "c2pa.created", "description": "Created by Google Generative AI.",
         "digitalSourceType": SOURCE},
        {"action": "c2pa.edited", "description": "Applied imperceptible SynthID watermark.",
         "digitalSourceType": SOURCE},
    ]  # fmt: skip


def test_it_says_who_really_made_it() -> None:
    manifest, _ = read_manifest(signed(GENERATE, PNG, "image/png"), "image/png")
    assert manifest["claim"]["claim_generator_info"]["name"] == "imagen-fake"
    assert manifest["signature"]["common_name"].startswith("imagen-fake")


def test_what_was_made_of_a_picture_names_an_ingredient() -> None:
    manifest, results = read_manifest(signed(GENERATE, PNG, "image/png", edited=True), "image/png")
    store = manifest["assertion_store"]
    assert store["c2pa.ingredient.v3"] == {
        "relationship": "inputTo",
        "description": "Input ingredient 0",
    }
    (link,) = store["c2pa.actions.v2"]["actions"][0]["parameters"]["ingredients"]
    assert link["url"] == "self#jumbf=c2pa.assertions/c2pa.ingredient.v3"
    assert [each["code"] for each in results["failure"]] == ["signingCredential.untrusted"]


@sweep(("task", "surface", "mime_type"), [
    (task, surface, mime_type)
    for task in (*spec.table("provenance")["carried"], "edit", "upscale", "segment")
    for surface in ("gemini", "vertex")
    for mime_type, _ in FILES
])  # fmt: skip
def test_only_files_that_carry_one_at_the_service_carry_one(
    task: str, surface: str, mime_type: str
) -> None:
    carried = spec.table("provenance")["carried"].get(task, {"surfaces": [], "mimeTypes": []})
    expected = surface in carried["surfaces"] and mime_type in carried["mimeTypes"]
    call, data = replace(GENERATE, task=task, surface=spec.surface(surface)), dict(FILES)[mime_type]
    assert (signed(call, data, mime_type) != data) is expected


@sweep("surface", ["gemini", "vertex"])
@sweep("task", ["content", "generate"])
def test_a_layout_decides_instead_of_the_task(task: str, surface: str) -> None:
    call = replace(GENERATE, task=task, surface=spec.surface(surface))
    assert signed(call, PNG, "image/png", layout="gemini-2.0-png") == PNG
    made = signed(call, PNG, "image/png", layout="gemini-2.5-png")
    assert (made != PNG) is (surface == "gemini")


def test_no_file_carries_one_unless_it_is_wanted() -> None:
    assert signed(replace(GENERATE, c2pa=False), PNG, "image/png") == PNG
    assert signed(replace(GENERATE, task="content", c2pa=False), JPEG, "image/jpeg") == JPEG


def answered(**config: Any) -> bytes:
    """The PNG that a try-on on Vertex AI answers."""
    body = {"instances": [TRY_ON], "parameters": {"sampleCount": 1}}
    (answer,) = ask("virtual-try-on-001", body=body, config=Config(**config))
    return base64.b64decode(answer["bytesBase64Encoded"])


def test_answers_carry_one_if_the_fake_is_configured_so() -> None:
    manifest, _ = read_manifest(answered(c2pa=True), "image/png")
    assert "c2pa.ingredient.v3" in manifest["assertion_store"]
    assert b"c2pa" not in answered()


def test_without_its_packages_a_config_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("imagen_fake.config_checks.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"c2pa needs a package more: .*imagen-fake\[c2pa\]"):
        Config(c2pa=True)
    assert not Config().c2pa
