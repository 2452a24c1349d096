"""Compare the answers of this machine with those of an emulated one."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click
from PIL import Image, ImageChops

from tests.architectures.answering import answer
from tests.architectures.calls import Call, asked_of_pictures, generated, written
from tests.architectures.emulation import python
from tests.conftest import opened


@click.command()
@click.option("--prompts", default=500, show_default=True, help="How many pictures to generate.")
@click.option(
    "--tasks/--no-tasks",
    default=True,
    help="Whether to ask every task that takes a picture as well.",
)
@click.option("--folder", type=click.Path(path_type=Path), help="Where to keep the other Python.")
def main(prompts: int, tasks: bool, folder: Path | None) -> None:
    """Ask the same of this machine and of arm64, emulated; exit code 1 if any answer differs."""
    calls = [*written(), *generated(prompts), *(asked_of_pictures() if tasks else ())]
    start, differing = perf_counter(), 0
    with TemporaryDirectory() as spare:
        other = python((folder or Path(spare)).absolute())
        with click.progressbar(answered(other, calls), len(calls), file=sys.stderr) as answers:
            for name, here, there in answers:
                if here != there:
                    differing += 1
                    click.echo(f"{name}: {difference(here, there)}")
    click.echo(f"{differing} of {len(calls)} answers differ ({perf_counter() - start:.0f} s)")
    raise SystemExit(bool(differing))


def answered(other: list[str], calls: Iterable[Call]) -> Iterator[tuple[str, bytes, bytes]]:
    """Every call's name, the answer here and the answer of the other Python."""
    command = ["nice", *other, "-m", "tests.architectures.answering"]
    pipe, root = subprocess.PIPE, Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=root) as process:
        assert process.stdin
        assert process.stdout
        for name, model, body in calls:
            process.stdin.write(model.encode() + b" " + body + b"\n")
            process.stdin.flush()
            here = answer(model, body).replace(b"\n", b" ")
            yield name, here, process.stdout.readline().rstrip(b"\n")
        process.stdin.close()


def difference(here: bytes, there: bytes) -> str:
    """What differs between two answers, in words."""
    try:
        ours, theirs = (json.loads(answer)["predictions"] for answer in (here, there))
        pairs = [(opened(one), opened(other)) for one, other in zip(ours, theirs, strict=True)]
    except (ValueError, KeyError, TypeError):
        return f"here {here[:200]!r}, there {there[:200]!r}"
    return "; ".join(_pixels(one, other) for one, other in pairs)


def _pixels(one: Image.Image, other: Image.Image) -> str:
    if one.size != other.size:
        return f"{one.size} here, {other.size} there"
    bands = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA")).split()
    apart = reduce(ImageChops.lighter, bands).point([0, *[255] * 255])
    box = apart.getbbox()
    return f"{apart.histogram()[255]} pixels in {box}" if box else "equal pixels, other bytes"


if __name__ == "__main__":
    main()
