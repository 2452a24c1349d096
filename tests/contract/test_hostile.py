"""Whatever a target answers, it is judged, and every sink of a run is written and can be read."""

import contextlib
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from imagen_fake.contract.cassettes import cassette
from imagen_fake.contract.session import Options, Session
from imagen_fake.contract.targets.targets import UrlTarget
from tests.contract.sample_cases import TOO_MANY, generate_case
from tests.contract.test_sinks import Server, answer, message, server

__all__ = ["server"]

PLAIN = generate_case("vertex imagen generate: plain", sampleCount=1)
DEEP = 3_000

BODIES: dict[str, str] = {
    "half a surrogate pair": message("\ud800 no"),
    "control characters": message("".join(map(chr, range(32))) + "\x7f\x9b2J\ufffe\uffff"),
    "directions": message("\u202eno\u2066"),
    "half a pair as a key": json.dumps({"error": {"\udfff": "\udfff", "message": 1}}),
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"error":' * DEEP + "1" + "}" * DEEP,
    "a deep error": '{"error":{"message":' + "[" * DEEP + "]" * DEEP + "}}",
    "a deep prediction": '{"predictions":[' + "[" * 900 + "]" * 900 + "]}",
    "a long number": '{"error":{"code":' + "9" * 5000 + "}}",
    "no number": '{"error":{"code":NaN,"message":-Infinity}}',
    "infinity": '{"error":{"code":1e999}}',
    "lists": '{"error":{"code":[],"message":{},"status":[[]],"details":{"a":1}}}',
    "no objects": '{"error":[1],"predictions":{"a":[]}}',
    "predictions of all kinds": '{"predictions":[null,1,"\\ud800",[],{"mimeType":[],'
    '"bytesBase64Encoded":{}},{"bytesBase64Encoded":"\\ud800","mimeType":"\\ud800"}]}',
    "reasons of all kinds": '{"predictions":[{"raiFilteredReason":"\\ud800"},'
    '{"raiFilteredReason":[1]},{"safetyAttributes":{"scores":"a","categories":1}}]}',
    "nothing": "",
}


@pytest.mark.parametrize("kind", BODIES)
def test_no_answer_keeps_a_report_from_being_written(
    kind: str, server: Server, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    succeeds = "predictions" in BODIES[kind]
    server.answer = answer(BODIES[kind], "200 OK" if succeeds else "400 Bad Request")
    page, told, junit = (tmp_path / f"report{ending}" for ending in (".html", ".json", ".xml"))
    judged, recorded = Options(1, reports=[page, told, junit]), Options(0, record=tmp_path / "kept")
    target = UrlTarget(f"http://127.0.0.1:{server.server_address[1]}", 5)
    with contextlib.closing(target):
        assert Session(target, [TOO_MANY, PLAIN], judged, print).run() == 1
        assert Session(target, [TOO_MANY], recorded, print).run() == 1
    assert json.loads(told.read_text("utf-8"))["passed"] is False
    assert int(ElementTree.fromstring(junit.read_bytes()).get("failures", 0)) > 0  # noqa: S314
    assert page.read_text("utf-8").endswith("</details>\n")
    for file in (tmp_path / "kept").iterdir():
        assert cassette.read(file).interactions
    printed = capsysbinary.readouterr().out.decode()
    assert {one for one in printed if not one.isprintable()} <= {"\n"}
