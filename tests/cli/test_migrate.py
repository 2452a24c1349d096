"""`imagen-fake migrate`."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from imagen_fake.cli import migrate
from imagen_fake.cli.main import main
from imagen_fake.cli.migrate import EXIT_LOST, EXIT_REFUSED
from tests.pictures import file_of
from tests.sweep import sweep

MODEL = "imagen-4.0-generate-001"
ONE = ["--model", MODEL, "--to", "gemini-3.1-flash-image"]


def run(*arguments: str, body: Any = None) -> Result:
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    return CliRunner().invoke(main, ["migrate", *arguments], input=raw)


def request(**parameters: object) -> dict[str, Any]:
    return {"instances": [{"prompt": "a red apple"}], "parameters": parameters}


def test_the_calls_to_make_are_printed_with_what_becomes_of_each_field() -> None:
    result = run("-", *ONE, body=request(sampleCount=2, aspectRatio="16:9"))
    said = result.output.splitlines()
    assert result.exit_code == 0
    assert said[0] == f"{MODEL} -> gemini-3.1-flash-image, 2 calls"
    assert said.count("POST /v1/models/gemini-3.1-flash-image:generateContent") == 2
    kept = "  kept: aspectRatio: The ratio goes on under the same name. (recorded: "
    assert any(line.startswith(kept) for line in said)
    assert any(line.startswith("  cost: 0.08 USD (reported: ") for line in said)


def test_json_has_the_same() -> None:
    found = json.loads(run("-", *ONE, "--json", body=request(sampleCount=2)).output)
    assert [call["path"] for call in found["calls"]] == [
        "/v1/models/gemini-3.1-flash-image:generateContent"
    ] * 2
    assert found["calls"][0]["body"]["contents"][0]["parts"] == [{"text": "a red apple"}]
    assert {note["verdict"] for note in found["notes"]} == {"kept", "changed"}
    assert found["before"]["usd"] == pytest.approx(0.08)


@sweep(
    ("parameters", "more", "code"),
    [
        ({}, [], 0),
        ({"seed": 7, "addWatermark": False}, [], EXIT_LOST),
        ({"seed": 7, "addWatermark": False}, ["--accept-loss"], 0),
        ({"sampleCount": 9}, [], EXIT_REFUSED),
        ({"sampleCount": 9}, ["--accept-loss", "--json"], EXIT_REFUSED),
    ],
)
def test_the_exit_code_says_whether_something_is_lost(
    parameters: dict[str, Any], more: list[str], code: int
) -> None:
    assert run("-", *ONE, *more, body=request(**parameters)).exit_code == code


def test_a_file_may_name_its_model_and_where_it_goes(tmp_path: Path) -> None:
    file = tmp_path / "call.json"
    url = f"https://us-central1-aiplatform.googleapis.com/v1/publishers/google/models/{MODEL}"
    file.write_text(json.dumps({"url": f"{url}:predict", "body": request()}))
    result = run(str(file), "--to", "gemini-3.1-flash-image", "--json")
    assert json.loads(result.output)["calls"][0]["path"] == (
        "/v1/projects/PROJECT/locations/global/publishers/google/models/"
        "gemini-3.1-flash-image:generateContent"
    )


def test_without_a_model_it_asks_for_one() -> None:
    result = run("-", body=request())
    assert "Say which model is asked: --model ID, or --model URL." in result.stderr


def test_an_unknown_model_is_refused_with_those_like_it() -> None:
    for given, meant in ["imagen4", MODEL], [MODEL, "gemini-3.1-flash-image"]:
        result = run("-", "--model", given, "--to", "gemini-3.1-flash", body=request())
        assert result.exit_code == EXIT_REFUSED
        assert result.output.splitlines()[-1].startswith(f"Did you mean {meant}")


def test_the_successor_is_the_default_of_the_day() -> None:
    result = run("-", "--model", MODEL, "--as-of", "2025-11-01", "--json", body=request())
    assert json.loads(result.output)["to"] == "gemini-2.5-flash-image"


def test_a_model_that_goes_on_is_said_to() -> None:
    picture = {"gcsUri": "gs://b/a.png"}
    instance = {"personImage": {"image": picture}, "productImages": [{"image": picture}]}
    result = run(
        "-", "--model", "virtual-try-on-001", "--surface", "vertex", body={"instances": [instance]}
    )
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0, "virtual-try-on-001 -> virtual-try-on-001, 1 call",
    )  # fmt: skip
    assert "goes on: stay on it until 2027-03-15." in result.output


@sweep(
    "raw",
    [b"", b"{", b"[" * 200_000, b"[1]", b"null", b"\xff\xfe", b'{"instances": 7}', b'{"a":' * 500],
)
def test_what_is_no_request_is_refused_in_words(raw: bytes) -> None:
    result = run("-", *ONE, body=raw)
    assert (result.exit_code, result.output.splitlines()[0]) == (
        EXIT_REFUSED, "refused: 400 INVALID_ARGUMENT",
    )  # fmt: skip


def test_a_file_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "MAX_BYTES", 2**20)
    result = run("-", *ONE, body=b"[" * (2**20 + 2))
    assert (result.exit_code, result.stderr) == (
        1, "Error: A request may have 1 MB; this has more.\n",
    )  # fmt: skip


def test_base64_is_cut_short_and_nothing_moves_the_cursor() -> None:
    picture = base64.b64encode(file_of(Image.new("RGB", (1024, 1024)))).decode()
    instance = {"prompt": "larger \u001b[2J\u009b", "image": {"bytesBase64Encoded": picture}}
    parameters = {"\u009b2J": 1, "mode": "upscale", "sampleImageSize": "2048"}
    body = {"instances": [instance], "parameters": parameters}
    result = run("-", *ONE[2:], "--model", "imagegeneration@002", body=body)
    assert "\u001b" not in result.output
    assert "\u009b" not in result.output
    assert picture not in result.output
    assert f"({len(picture)} characters)" in result.output


def test_both_calls_are_tried_and_their_pictures_saved(tmp_path: Path) -> None:
    body = request(sampleCount=2, aspectRatio="16:9", negativePrompt="worms")
    result = run("-", *ONE, "--try", "--out", str(tmp_path), "--json", body=body)
    before, *after = json.loads(result.stdout)["tried"]
    assert [one["status"] for one in (before, *after)] == [200, 200, 200]
    assert before["call"] == f"vertex: {MODEL}:predict"  # Gemini's refuses a negative prompt
    shapes = [(one["mimeType"], one["width"], one["height"]) for one in before["pictures"]]
    assert shapes == [("image/png", 1408, 768)] * 2
    for number, answer in enumerate(after, start=1):
        (picture,) = answer["pictures"]
        file = (tmp_path / f"after-{number}.jpg").read_bytes()
        assert (len(file), file[:3]) == (picture["bytes"], b"\xff\xd8\xff")
        assert picture["width"] == 1376


def test_tried_answers_are_laid_side_by_side() -> None:
    body = {"instances": [{"prompt": "a naked person"}]}
    said = run("-", *ONE, "--try", body=body).output.splitlines()
    heading = next(line for line in said if line.startswith("call "))
    assert heading.split() == ["call", "status", "picture", "bytes", "refusal"]
    before, after = said[-2:]
    assert before.startswith(f"gemini: {MODEL}:predict")
    assert " 200 " in before
    assert " 200 " in after
    assert "PROHIBITED_CONTENT" in after or "IMAGE_SAFETY" in after


def test_where_pictures_go_without_a_try_is_refused(tmp_path: Path) -> None:
    result = run("-", *ONE, "--out", str(tmp_path), body=request())
    assert "--out has no effect without --try." in result.stderr
