"""`imagen-fake contract settle`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imagen_fake import spec
from imagen_fake.cli.main import main
from imagen_fake.contract.cassettes.provenance import provenance_of
from imagen_fake.contract.cassettes.recorder import record
from tests.contract.settle.observing import ENTRY, TOO_FEW, TOO_MANY, observation, with_message
from tests.contract.settle.stages import MODEL

FILE = f"models/{MODEL}.json"


@pytest.fixture
def cassettes(tmp_path: Path) -> Path:
    """A folder with the recording of the model's entry, which has another version."""
    other = observation(ENTRY, lambda body: body.update(versionId="002"))
    provenance = provenance_of(other.exchange.case, other.differences, "vertex", str)
    folder = tmp_path / "recorded"
    record(other.exchange, folder / "entry.yaml", provenance)
    return folder


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """The schemas of a checkout."""
    return Path(shutil.copytree(spec.ROOT, tmp_path / "checkout" / "schemas"))


def settle(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["contract", "settle", *map(str, arguments)])


def test_a_diff_is_printed_and_nothing_is_changed(cassettes: Path, schemas: Path) -> None:
    result = settle(cassettes, "--schemas", schemas)
    assert result.exit_code == 0, result.output
    assert f"contradicted: models/{MODEL}.json#/versionId (assumed)" in result.output
    assert '+    "value": "002",' in result.output
    assert (schemas / FILE).read_bytes() == (spec.ROOT / FILE).read_bytes()


def test_the_installed_facts_are_compared_where_no_checkout_is_named(cassettes: Path) -> None:
    assert '+    "value": "002",' in settle(cassettes / "entry.yaml").output


def test_write_changes_the_files_and_takes_the_recording_over(
    cassettes: Path, schemas: Path
) -> None:
    result = settle(cassettes, "--schemas", schemas, "--write")
    assert result.output.endswith(f"changed 1 files in {schemas}, and took over 1 cassettes\n")
    changed = json.loads((schemas / FILE).read_bytes())["versionId"]
    assert (changed["value"], changed["x-grade"]) == ("002", "recorded")
    copy = schemas.parent / "cassettes" / "vertex" / "entry.yaml"
    assert copy.read_bytes() == (cassettes / "entry.yaml").read_bytes()


def test_what_is_not_derived_is_said_and_makes_the_exit_code(tmp_path: Path) -> None:
    refusals = {
        "one": with_message(TOO_MANY, lambda _: "One."),
        "two": with_message(TOO_FEW, lambda _: "Two."),
    }
    for name, one in refusals.items():
        provenance = provenance_of(one.exchange.case, one.differences, "vertex", str)
        record(one.exchange, tmp_path / f"{name}.yaml", provenance)
    result = settle(tmp_path)
    assert result.exit_code == 1
    assert "sample_count: contradicted, but not derived: no template makes" in result.output


def test_write_needs_a_checkout(cassettes: Path) -> None:
    result = settle(cassettes, "--write")
    assert result.exit_code == 2
    assert "--write needs --schemas: the folder schemas/ of a checkout." in result.output


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("a: 1\n", "utf-8")
    result = settle(tmp_path)
    assert result.exit_code == 2
    assert "other.yaml is no cassette" in result.output


def test_a_folder_of_other_facts_is_refused(cassettes: Path, tmp_path: Path) -> None:
    other = tmp_path / "schemas" / FILE
    other.parent.mkdir(parents=True)
    other.write_text("{}", "utf-8")
    result = settle(cassettes, "--schemas", tmp_path / "schemas")
    assert result.exit_code == 2
    assert "has not the facts that this version has" in result.output


def test_options_of_a_run_are_refused(cassettes: Path) -> None:
    arguments = ["contract", "--model", MODEL, "settle", str(cassettes)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "--model has no effect on settle" in result.output


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda text: text.replace("code: 200", "code: many"), "entry.yaml is no cassette"),
        (lambda text: text[:300], "entry.yaml is no cassette"),
        (lambda text: text.split("interactions:")[0] + "interactions: []\n", "no exchange"),
        (lambda text: text.replace("  case:", "  odd:"), "entry.yaml is no cassette"),
        (lambda text: text.replace("case: GET", "case: PUT"), "there is no such case any more"),
    ],
)
def test_a_recording_that_is_broken_is_named(
    cassettes: Path, broken: Callable[[str], str], message: str
) -> None:
    file = cassettes / "entry.yaml"
    file.write_text(broken(file.read_text("utf-8")), "utf-8")
    result = settle(file)
    assert (result.exit_code, message in result.output) == (2, True), result.output


def test_bytes_that_are_no_text_are_no_recording(tmp_path: Path) -> None:
    (tmp_path / "noise.yaml").write_bytes(bytes(range(256)))
    result = settle(tmp_path)
    assert (result.exit_code, "noise.yaml is no cassette" in result.output) == (2, True)


def test_nothing_that_a_recording_says_steers_the_terminal(cassettes: Path) -> None:
    file = cassettes / "entry.yaml"
    file.write_text(file.read_text("utf-8").replace("002", "00\\e]0;2\\a\\x9b2J"), "utf-8")
    result = settle(file)
    assert "x9b2J" in result.output
    assert {one for one in result.output if not one.isprintable()} == {"\n"}


def test_a_folder_may_be_the_one_that_one_is_in(
    cassettes: Path, schemas: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(schemas)
    assert settle(cassettes, "--schemas", ".", "--write").exit_code == 0
    assert (schemas.parent / "cassettes/vertex/entry.yaml").is_file()
