import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress

from click.testing import CliRunner, Result

from imagen_fake import spec
from imagen_fake.cli.main import main
from imagen_fake.cli.model_report import COLUMNS
from imagen_fake.cli.model_report import HEADINGS as HEADS
from tests.sweep import sweep

HEADINGS = {word for head in (*HEADS, *COLUMNS) for word in head.split()}


def run(*arguments: str, stdin: str | None = None, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, env=variables)


def test_models_lists_every_model() -> None:
    lines = run("models").output.splitlines()
    named = [line.split()[0] for line in lines if line and not line.startswith("model ")]
    assert named == list(spec.all_model_ids())


def test_models_of_a_day_say_how_each_stood() -> None:
    output = run("models", "--as-of", "2025-10-20").output
    assert re.search(
        r"^imagegeneration@006 .*gone since 2025-09-24 +never there$", output, re.MULTILINE
    )
    both = r"-preview-06-06 .*2025-11-30, deprecated +2025-11-30, deprecated$"
    assert re.search(both, output, re.MULTILINE)
    assert "not before" in run("models", "--as-of", "2024-01-01").output


def test_models_of_an_id_tells_every_parameter() -> None:
    output = run("models", "imagegeneration@005").output
    for name in spec.read("tasks/generate.json")["$defs"]["parameters"]["properties"]:
        assert re.search(rf"^{name}", output, re.MULTILINE)
    assert "refused" in output


def test_models_of_an_unknown_id_says_what_to_do() -> None:
    result = run("models", "nope")
    assert (result.exit_code, "imagen-fake models" in result.output) == (2, True)


def on_a_terminal(columns: int, *arguments: str) -> list[str]:
    """The lines that a command prints on a terminal of that width."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    command = [sys.executable, "-m", "imagen_fake", *arguments]
    process = subprocess.Popen(command, stdout=follower, env=variables)
    os.close(follower)
    printed = b""
    with suppress(OSError), open(leader, "rb", buffering=0) as screen:  # noqa: PTH123
        while data := screen.read(2**16):
            printed += data
    assert process.wait() == 0
    return printed.decode().splitlines()


MODEL = ("imagen-3.0-capability-001",)


@sweep(
    ("columns", "model"),
    [(40, ()), (80, ()), (132, ()), (300, ()), (40, MODEL), (100, MODEL)],
)
def test_models_fit_the_terminal(columns: int, model: tuple[str, ...]) -> None:
    lines = on_a_terminal(columns, "models", *model)
    longest = max(len(word) for line in lines for word in line.split())
    assert max(map(len, lines)) <= max(columns, longest + 2)
    assert words(run("models", *model).output) - HEADINGS <= words(" ".join(lines))


def words(text: str) -> set[str]:
    """What is told, without the marks between."""
    return {word.rstrip(";:") for word in text.split()}


def test_models_on_a_wide_terminal_are_the_table_that_files_get() -> None:
    assert on_a_terminal(300, "models") == run("models").output.splitlines()


def test_models_tells_json() -> None:
    told = json.loads(run("models", "--json", "--as-of", "2026-08-18").output)
    assert [one["id"] for one in told] == list(spec.all_model_ids())
    [newest] = [one for one in told if one["id"] == "imagen-4.0-generate-001"]
    assert (newest["images"], newest["2K"], newest["tasks"]) == ([1, 4], True, ["generate"])
    assert newest["vertex"] == "gone since 2026-08-17"


def test_models_tells_json_of_one() -> None:
    told = json.loads(run("models", "imagen-4.0-generate-001", "--json").output)
    count = {"parameter": "sampleCount", "values": "integer 1 to 4", "default": "4"}
    assert {**count, "grade": "documented"} in told["tasks"]["generate"]
    assert told["sizes"]["1K"]["16:9"] == [1408, 768]


@sweep(
    "command",
    [("models",), ("serve", "--endpoint"), ("contract", "--model"), ("render", "x", "--model")],
)
@sweep(
    ("typed", "meant"),
    [
        ("imagen-4.0-generate", "imagen-4.0-generate-001"),
        ("imagen-4.0-fast-generate-01", "imagen-4.0-fast-generate-001"),
        ("imagegeneration@06", "imagegeneration@006"),
        ("imagen4", "imagen-4.0-generate-001"),
        ("imagen-4", "imagen-4.0-generate-001"),
        ("Imagen 3", "imagen-3.0-generate-001"),
        ("imagen4-ultra", "imagen-4.0-ultra-generate-001"),
        ("imagen_3_capability", "imagen-3.0-capability-001"),
        ("ultra", "imagen-4.0-ultra-generate-001"),
        ("segmentation", "image-segmentation-001"),
        ("tryon", "virtual-try-on-001"),
    ],
)
def test_a_misspelt_model_has_a_suggestion(
    command: tuple[str, ...], typed: str, meant: str
) -> None:
    last = f"1={typed}" if "--endpoint" in command else typed
    result = run(*command, last)
    assert (result.exit_code, result.output.count("did you mean")) == (2, 1)
    assert meant in result.output.partition("did you mean")[2]


def test_models_of_an_alias_tells_its_own_id_and_days() -> None:
    name = "imagen-4.0-fast-generate-preview-05-20"
    first, second = run("models", name).output.splitlines()[:2]
    assert first.startswith(f"{name} = imagen-4.0-fast-generate-preview-06-06: ")
    assert second == "retired on 2026-03-19 (documented)"
    told = json.loads(run("models", name, "--json").output)
    assert (told["id"], told["model"]) == (name, "imagen-4.0-fast-generate-preview-06-06")
