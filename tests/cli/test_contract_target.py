"""What `imagen-fake contract` asks."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.main import main
from imagen_fake.contract.bodies.pictures import encode_image, picture
from imagen_fake.contract.cassettes.cassette import read

ONE = ("--model", "imageverification@001")
TRY_ON = ("--model", "virtual-try-on-001")


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, ["contract", *arguments], env=variables)


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """The file of a picture."""
    file = tmp_path / "me.jpg"
    file.write_bytes(encode_image(picture((96, 64)), "JPEG"))
    return file


@pytest.mark.parametrize("url", ["http://10.0.0.7", "nowhere"])
def test_a_token_goes_by_https_alone_to_what_stands_in_for_the_service(url: str) -> None:
    variables = {"CLOUDSDK_AUTH_ACCESS_TOKEN": "of-somebody", "GOOGLE_VERTEX_BASE_URL": url}
    result = run("--target", "vertex", *ONE, **variables)
    assert result.exit_code == 2
    assert "GOOGLE_VERTEX_BASE_URL: " in result.output
    assert "of-somebody" not in result.output


def test_what_stands_in_for_the_service_is_asked_with_the_token(url: str) -> None:
    variables = {"CLOUDSDK_AUTH_ACCESS_TOKEN": "of-somebody", "GOOGLE_VERTEX_BASE_URL": url}
    result = run("--target", "vertex", *ONE, "--budget-usd", "0", **variables)
    assert f" calls to vertex at {url} in " in result.output
    assert "confirmed: errors.json#/errors/picture_format" in result.output


def test_own_pictures_are_sent_and_neither_recorded_nor_shown(
    url: str, person: Path, tmp_path: Path
) -> None:
    variables = {"CLOUDSDK_AUTH_ACCESS_TOKEN": "of-somebody", "GOOGLE_VERTEX_BASE_URL": url}
    report = tmp_path / "report.json"
    # This fake answers two bodies that the service refuses to most projects: a picture each.
    run("--target", "vertex", *TRY_ON, "--budget-usd", "0.18", "--picture", f"personImage={person}",
        "--record", str(tmp_path / "recorded"), "--report", str(report), **variables)  # fmt: skip
    (plain,) = [read(path) for path in (tmp_path / "recorded").glob("*plain*.yaml")]
    sent, _, received = plain.provenance.pictures
    assert (sent["format"], sent["size"], received["size"]) == ("JPEG", "96x64", "96x64")
    assert "sha256" not in sent
    assert plain.provenance.findings == ()
    shown = [one["exchange"]["picture"] for one in json.loads(report.read_bytes())["facts"]
             if "exchange" in one]  # fmt: skip
    assert shown
    assert set(shown) == {None}


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("me.jpg", "--picture is no FIELD=FILE"),
        ("personImage={text}", "is no picture"),
        ("mask={file}", "No body has a picture in mask"),
    ],
)
def test_what_is_no_picture_of_a_field_is_refused(person: Path, pair: str, message: str) -> None:
    text = person.with_name("text.jpg")
    text.write_text("no picture", "utf-8")
    argument = pair.format(file=person, text=text)
    result = run("--target", "vertex", *TRY_ON, "--dry-run", "--picture", argument)
    assert result.exit_code == 2
    assert message in result.output


def test_own_pictures_are_of_live_runs_alone(person: Path) -> None:
    result = run(*ONE, "--picture", f"image={person}")
    assert result.exit_code == 2
    assert "--picture has no effect but on what costs money" in result.output
