"""What looks secret in a text, and the words of the service, which stay."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.contract.cassettes.patterns import redact
from tests.sweep import sweep

UNITS = ["a", "=", '"', "\\", " ", "a.", "a:", "a@", "1.", "a%40", "://", "key=", 'key="', "?a=",
         "projects/", "project ", "Bearer ", "-----BEGIN A-----", "gs://", "AIza",
         "***", "{", "x…",
         "api_key: ", "labels={", "cookie: ", "MIIE",
         "user:a@", "aaaaaaaaaaaaaaaa/", "&#45;"]  # fmt: skip
SECONDS = 30


@sweep(
    ("text", "secret"),
    [
        ("x-goog-api-key: quietmoon", "quietmoon"),
        ("apikey=quietmoon", "quietmoon"),
        ("Consumer 'api_key:quietmoon' has been suspended", "quietmoon"),
        ("Incorrect API key provided: sk-ab****xyz.", "xyz"),
        ("the key AIzaQu...x9Qk", "x9Qk"),
        ("see https://a.example/x?token=quietmoon", "quietmoon"),
        ("see http://walter:quietmoon@a.example/", "quietmoon"),
        ("by walter:quietmoon@proxy", "quietmoon"),
        ("Basic d2FsdGVyOnF1aWV0bW9vbg==", "d2FsdGVy"),
        ("-----BEGIN PRIVATE KEY-----\nquietmoon\n-----END PRIVATE KEY-----", "quietmoon"),
        ("GOCSPX-quietmoon", "quietmoon"),
        ("1//quietmoon", "quietmoon"),
        ('{\\"refresh_token\\": \\"quiet moon\\"}', "moon"),
        ('"vertex_credentials": {"a": "quietmoon"}', "quietmoon"),
        ('"labels": {"team": "quietmoon"}', "quietmoon"),
        ("userId: quietmoon", "quietmoon"),
        ("not been used in project quietmoon before", "quietmoon"),
        ('"projectId": "quietmoon"', "quietmoon"),
        ("in project 12345.", "12345"),
        ("from 203.0.113.7:80", "203.0.113.7"),
        ("from 2001:db8::17", "2001:db8::17"),
        ("host build-17.quietmoon.internal said", "quietmoon"),
        ("at http://quietmoon:8080/x", "quietmoon"),
        ("gs://quietmoon-bucket/quietmoon.png", "quietmoon"),
        ("Set-Cookie: a=quietmoon; Path=/", "quietmoon"),
    ],
)
def test_a_secret_is_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text)


def messages(node: Any) -> Iterator[str]:
    for error in node["errors"].values():
        yield error["message"]


@sweep("message", list(messages(spec.read("errors.json"))))
def test_the_words_of_every_error_stay(message: str) -> None:
    assert redact(message) == message


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1:8787", "http://localhost:8787", "12:30:45",
     "Basic Authentication",
     "a seed 4294967295", "imagegeneration@002.json",
     "Invalid value at 'instances' (type.googleapis.com/google.x)"],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("uri", "left"),
    [
        ("gs://mine/day/1756970940506/sample_0.png", "gs://bucket/object/0/sample_0.png"),
        ("gs://Mine_7!/a.jpg", "gs://Xxxx_0!/object.jpg"),
        ("gs:///apple.png", "gs:///object.png"),
    ],
)
def test_a_cloud_storage_uri_stays_as_valid_as_it_was(uri: str, left: str) -> None:
    assert redact(uri) == left


def test_time_grows_linearly_with_a_text() -> None:
    code = (
        "import json, sys; from imagen_fake.contract.cassettes.scrub import Scrubber\n"
        "for unit in json.load(sys.stdin): Scrubber()(unit * (100_000 // len(unit)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(UNITS),
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),
    )
    assert done.returncode == 0
