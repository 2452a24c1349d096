import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from imagen_fake.cli.main import main


def run(*arguments: str, stdin: str | None = None, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, env=variables)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP"), ("a.ico", "ICO")]
)
def test_render_draws_into_a_file_of_the_kind_it_ends_in(
    tmp_path: Path, name: str, kind: str
) -> None:
    file = tmp_path / name
    result = run("render", "a red apple", "-o", str(file), "--aspect-ratio", "16:9")
    assert result.exit_code == 0
    with Image.open(file) as image:
        assert image.format == kind
        assert image.size == (1408, 768) or kind == "ICO"


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.ttf"
    file.write_text("no font")
    result = run("render", "x", "-o", str(tmp_path / "x.png"), "--font", str(file))
    assert result.exit_code == 2
    assert "a.ttf is not a scalable font" in result.output


def test_render_takes_a_seed_and_a_size(tmp_path: Path) -> None:
    files = [tmp_path / "1.png", tmp_path / "2.png"]
    for seed, file in enumerate(files):
        run("render", "a cat", "-o", str(file), "--seed", str(seed), "--image-size", "2k")
    with Image.open(files[0]) as image:
        assert image.size == (2048, 2048)
    assert files[0].read_bytes() != files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a cat", "--aspect-ratio", "2:1"], "Invalid aspect ratio, 2:1"),
        (["Violence and gore"], "try other words"),
        (["a cat", "-o", "a.svg"], "end it in one of png"),
    ],
)
def test_render_says_why_it_does_not_draw(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = run("render", "-o", str(tmp_path / "a.png"), *arguments)
    assert result.exit_code > 0
    assert said in result.output


def test_render_leaves_the_caption_off(tmp_path: Path) -> None:
    files = [tmp_path / "on.png", tmp_path / "off.png", tmp_path / "directed.png"]
    run("render", "a red apple", "-o", str(files[0]))
    run("render", "a red apple", "-o", str(files[1]), "--caption", "off")
    run("render", "a red apple [fake: caption=off]", "-o", str(files[2]))
    on, off, directed = (file.read_bytes() for file in files)
    assert on != off == directed


def test_render_writes_to_standard_output() -> None:
    command = [sys.executable, "-m", "imagen_fake", "render", "a red apple", "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    with Image.open(BytesIO(done.stdout)) as image:
        assert (image.format, image.size) == ("PNG", (1024, 1024))
    assert done.stderr == b""


def test_what_is_ignored_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    asked = ["render", "a cat", "-o", str(file), "--model", "imagegeneration@005"]
    assert "warning:" not in CliRunner().invoke(main, asked).output
    result = CliRunner().invoke(main, [*asked, "--image-size", "2K"])
    assert "sampleImageSize has no effect on imagegeneration@005" in result.stderr
    assert file.exists()
