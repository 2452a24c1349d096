"""Whatever private a service says in a live run stands in nothing that is kept or printed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.cassettes.cassette import read
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.session import Options, Session
from imagen_fake.contract.settle.settle import diff, settle, summary
from imagen_fake.contract.targets.addresses import HOST
from imagen_fake.contract.targets.live import LiveTarget
from imagen_fake.contract.targets.settings import ConfiguredFake
from tests.contract.settle.stages import MODEL

PROJECT, NUMBER, TOKEN = "quietmoon-prod", "348715329010", "ya29.quietmoon-token-0123456789"
SAID = (
    f" It is project {PROJECT} ({NUMBER}) of somebody@quietmoon.example, who wrote"
    f" gs://quietmoon-bucket/quietmoon.png from 203.0.113.7 with {TOKEN};"
    " see quietmoon.internal."
)
HEADERS = (
    (b"x-goog-request-id", b"quietmoon-request-1"),
    (b"x-cloud-trace-context", b"quietmoon-trace/1;o=1"),
    (b"set-cookie", b"session=quietmoon-session; Path=/"),
    (b"location", b"https://host.example/?token=quietmoon-redirect"),
)
PRIVATE = ("quietmoon", NUMBER, "203.0.113.7", "ya29")


class Talkative:
    """A service that adds private words to each error, private headers, fields and a prompt."""

    def __init__(self) -> None:
        self._fake = ConfiguredFake("itself")

    def __call__(self, request: Request) -> Response:
        response = self._fake.ask(request)
        body = json.loads(response.body)
        if "error" in body:
            body["error"]["message"] += SAID
            body["error"]["details"] = [
                {"@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": SAID},
                {"@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 "metadata": {"consumer": f"projects/{NUMBER}", "email": "a@quietmoon.example"}},
            ]  # fmt: skip
        else:
            body["deployedModelId"] = NUMBER
            body["metadata"] = {"projectNumber": NUMBER, "user": "quietmoon-user"}
        return replace(
            response, headers=(*response.headers, *HEADERS), body=json.dumps(body).encode()
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the recordings, reports and printed lines of a run are."""
    folder = tmp_path_factory.mktemp("private")
    service = Talkative()
    live = LiveTarget("vertex", HOST, lambda: TOKEN, (PROJECT, "us-central1"), service)
    lines: list[str] = []
    reports = [folder / f"report.{ending}" for ending in ("json", "html", "xml")]
    options = Options(budget=0.06, record=folder / "recorded", reports=reports,
                      resume=folder / "sent")  # fmt: skip
    Session(live, list(cases(MODEL)), options, lines.append).run()
    recordings = {path: read(path) for path in sorted((folder / "recorded").iterdir())}
    verdict = settle(recordings, rehearsal=True)
    _, changed = diff(spec.ROOT, verdict.changes)
    printed = [*lines, *map(summary, verdict.changes), *verdict.words, changed]
    (folder / "printed").write_text("\n".join(printed), "utf-8")
    return folder


@pytest.mark.parametrize("private", PRIVATE)
def test_nothing_private_is_kept_or_printed(folder: Path, private: str) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 90
    assert [path.name for path in files if private in path.read_text("utf-8").lower()] == []


def test_what_the_service_said_is_there_without_it(folder: Path) -> None:
    printed = (folder / "printed").read_text("utf-8")
    assert "It is project REDACTED (REDACTED) of EMAIL, who wrote gs://bucket/object.png" in printed
