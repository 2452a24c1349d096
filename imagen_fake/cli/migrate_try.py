"""Both calls asked of a fake in this process, their answers side by side: `migrate --try`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from imagen_fake import spec
from imagen_fake.cli.model_report import format_table
from imagen_fake.migration.answers import Answer, read_answer
from imagen_fake.migration.migration import Migration
from imagen_fake.migration.successor import SILENT
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request

HOSTS = {
    "gemini": "https://generativelanguage.googleapis.com",
    "vertex": "https://us-central1-aiplatform.googleapis.com",
}
PUBLISHERS = "/publishers/"
PLACE = f"projects/PROJECT/locations/us-central1{PUBLISHERS}google/"
REFUSED = 400
HEADINGS = ("call", "status", "picture", "bytes", "refusal")
JSON_TYPE = ((b"content-type", b"application/json"),)


def answers(moved: Migration, old: bytes, surface: str) -> list[Answer]:
    """What a fake answers to the old call, then to each new one, whatever day it is.

    The old one is asked on `surface`, or on the other where that one refuses it.
    """
    fake = InProcess(State(SILENT))
    try:
        before = [
            _ask(fake, _old_path(moved.model, where), old)
            for where in sorted(HOSTS, key=lambda name: name != surface)
        ]
        taken = next((one for one in before if one.status < REFUSED), before[0])
        bodies = [(call.path, json.dumps(call.body).encode()) for call in moved.calls]
        return [taken, *(_ask(fake, path, body) for path, body in bodies)]
    finally:
        fake.close()


def side_by_side(answers: Sequence[Answer], width: int) -> str:
    """A row for each picture and each refusal."""
    return format_table([HEADINGS, *(row for one in answers for row in _rows(one))], width)


def save(answers: Sequence[Answer], folder: Path) -> Iterator[Path]:
    """The files of the pictures, written to a folder: `before-1.png`, `after-1.jpg`.

    Raises OSError.
    """
    before, *after = answers
    for name, ones in ("before", [before]), ("after", after):
        pictures = [picture for one in ones for picture in one.pictures if picture.data]
        for number, picture in enumerate(pictures, start=1):
            file = folder / f"{name}-{number}.{_ending(picture.mime_type)}"
            file.write_bytes(picture.data)
            yield file


def _old_path(name: str, surface: str) -> str:
    version = spec.surface(surface).facts["versions"]["value"][0]
    return f"/{version}/{PLACE if surface == 'vertex' else ''}models/{quote(name)}:predict"


def _ask(fake: InProcess, path: str, body: bytes) -> Answer:
    surface = "vertex" if PUBLISHERS in path else "gemini"
    response = fake.ask(Request("POST", f"{HOSTS[surface]}{path}", JSON_TYPE, body))
    call = f"{surface}: {unquote(path.rpartition('/')[2])}"
    return read_answer(call, response.status, response.body)


def _rows(answer: Answer) -> Iterator[tuple[str, ...]]:
    head = (answer.call, str(answer.status))
    for picture in answer.pictures:
        yield (*head, str(picture), str(len(picture.data) or "-"), "-")
    for refusal in answer.refusals or ([] if answer.pictures else ["-"]):
        yield (*head, "-", "-", " ".join(refusal.split()))


def _ending(mime_type: str) -> str:
    types = spec.table("mime_types")["types"]
    return next((ending for ending, known in types.items() if known == mime_type), "bin")
