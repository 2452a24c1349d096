"""The row about threads that wait: how long one body keeps all others from running."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from time import sleep
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

import grpc

from imagen_fake.pipeline.payload import MAX_BYTES, MAX_VALUES
from tests import rpc
from tests.bench import requests
from tests.bench.pictures import EDITS
from tests.bench.plan import Plan
from tests.bench.servers import ROOT
from tests.bench.table import Figure
from tests.storing import UPLOAD, related

MB = 2**20
PREDICT = "/google.cloud.aiplatform.v1.PredictionService/Predict"
ENDPOINT = requests.path_of(EDITS).removeprefix("/v1/").removesuffix(":predict")
AFTERWARDS = 0.1
"""Seconds for what is done once an answer has been sent."""

Bodies = Mapping[str, Callable[[], bytes]]


class Ticking(NamedTuple):
    """A fake in a process in which another thread ticks."""

    url: str
    grpc: grpc.Channel
    longest: Callable[[], float]
    """The longest time between two of its ticks since the last look, in seconds."""


def stalls(plan: Plan) -> Iterator[Figure]:
    """How long a thread that ticks beside the server has to wait for its turn, at most."""
    with ticking() as fake:
        asked: Mapping[str, tuple[Callable[[bytes], object], Bodies]] = {
            "JSON within its bounds": (partial(ask, fake.url, requests.PATH), WITHIN),
            "refused bodies of 100 MB": (partial(ask, fake.url, requests.PATH), REFUSED),
            "pictures of 20 and 100 MB": (partial(ask, fake.url, requests.path_of(EDITS)), SENT),
            "uploads of 100 MB": (partial(upload, fake.url), UPLOADED),
            "gRPC": (partial(call, fake.grpc), CALLED),
        }
        for name, (send, bodies) in asked.items():
            waits = {body: stall(plan, fake, send, made()) for body, made in bodies.items()}
            worst = max(waits, key=lambda body: waits[body])
            yield Figure(f"others wait for {name}", waits[worst] * 1000, " ms", 50, detail=worst)


def stall(plan: Plan, fake: Ticking, send: Callable[[bytes], object], body: bytes) -> float:
    """The longest wait in seconds while a body is answered: the least of a few tries."""
    return min(_tried(fake, send, body) for _ in range(min(plan.rounds, 3)))


def _tried(fake: Ticking, send: Callable[[bytes], object], body: bytes) -> float:
    fake.longest()
    send(body)
    sleep(AFTERWARDS)
    return fake.longest()


@contextmanager
def ticking() -> Iterator[Ticking]:
    """A fake of its own process; it is stopped on leaving."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.ticking"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        asked, told = process.stdin, process.stdout
        assert asked
        assert told
        url, port = told.readline().split()

        def longest() -> float:
            asked.write("\n")
            return float(told.readline())

        with grpc.insecure_channel(f"127.0.0.1:{port}", rpc.ANY_SIZE) as channel:
            yield Ticking(url, channel, longest)
        asked.close()


def ask(url: str, path: str, body: bytes, content_type: str = "application/json") -> None:
    """Wait for an answer, a refusal or the end of the connection."""
    headers = {"Content-Type": content_type}
    with suppress(URLError, ConnectionError), urlopen(Request(url + path, body, headers)) as reply:
        reply.read()


def upload(url: str, body: bytes) -> None:
    """Send a multipart upload."""
    ask(url, f"{UPLOAD}?uploadType=multipart", body, MULTIPART)


def call(channel: grpc.Channel, message: bytes) -> None:
    """Send a message to `Predict`."""
    with suppress(grpc.RpcError):
        method: Any = channel.unary_unary(PREDICT)
        method(message, timeout=60)


def generated(prompt: str, **parameters: object) -> bytes:
    """A generate request."""
    return json.dumps(
        {"instances": [{"prompt": prompt}], "parameters": parameters}, ensure_ascii=False
    ).encode()


def filled(before: str, part: str, after: str, size: int = MAX_BYTES) -> bytes:
    """A body of nearly that size that repeats a part."""
    often = (size - len(before) - len(after)) // len(part.encode())
    return (before + part * often + after).encode()


def edited(text: str) -> bytes:
    """An edit request whose picture is a base64 text."""
    image = {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1}
    reference = {**image, "referenceImage": {"bytesBase64Encoded": text}}
    return json.dumps({"instances": [{"prompt": "a", "referenceImages": [reference]}]}).encode()


def message(instance: object) -> bytes:
    """The message of a request with one instance."""
    asked = {"endpoint": ENDPOINT, "instances": [instance]}
    return rpc.request(rpc.method("Predict"), asked).SerializeToString()


MANY = {f"key{number:x>240}": "value" for number in range(MAX_VALUES - 9)}
PROMPT = ('{"instances": [{"prompt": "', '"}]}')
MULTIPART = related({}, b"")[1]

WITHIN: Bodies = {
    "strings": lambda: json.dumps({"instances": ["x" * 250] * (MAX_VALUES - 9)}).encode(),
    "lists": lambda: json.dumps({"instances": [[[]]] * (MAX_VALUES // 3 - 9)}).encode(),
    "keys of the body": lambda: json.dumps(MANY).encode(),
    "keys of the instance": lambda: json.dumps({"instances": [MANY]}).encode(),
    "keys of the parameters": lambda: generated("a red apple", **MANY),
    "lists in lists": lambda: b"[" * 99 + b"]" * 99,
    "lists without an end": lambda: b"[" * MAX_VALUES,
    "escapes": lambda: filled(PROMPT[0], "\\n", PROMPT[1]),
    "escaped quotes without an end": lambda: filled(PROMPT[0], '\\"', ""),
    "a comma too much behind escapes": lambda: filled(PROMPT[0], '\\"', '"},]}'),
    "lines": lambda: filled('{"instances": ', "\n", "oops"),
    "brackets in a prompt": lambda: filled(PROMPT[0], "(fake: ", PROMPT[1]),
    "directives in a prompt": lambda: generated("[fake: delay=0s] " * (MAX_VALUES - 9)),
    "words": lambda: filled(PROMPT[0], "a red apple ", PROMPT[1]),
    "a word": lambda: filled(PROMPT[0], "a", PROMPT[1]),
    "letters with marks": lambda: filled(PROMPT[0], "a\u0300\u0316", PROMPT[1]),
    "signs": lambda: filled(PROMPT[0], "\u6f22", PROMPT[1]),
}

REFUSED: Bodies = {
    "blanks": lambda: b" " * 100 * MB,
    "lists": lambda: b"[" * 100 * MB,
    "commas": lambda: b'{"instances": [' + b"1," * 50 * MB,
    "a prompt": lambda: filled(*PROMPT[:1], "a", PROMPT[1], 100 * MB),
    "keys of pictures": lambda: b'"b64_json"' * 10 * MB,
    "pictures": lambda: b'{"bytesBase64Encoded":"%s"},' % (b"A" * 2000) * 50_000,
}

SENT: Bodies = {
    "20 MB": lambda: edited("iVBO" * 5 * MB),
    "100 MB": lambda: edited("iVBO" * 25 * MB),
    "100 MB that are no base64": lambda: edited("!" * 100 * MB),
    "100 MB with an escape": lambda: edited("iVBO" * 25 * MB + "\n"),
}

UPLOADED: Bodies = {
    "data": lambda: related({"name": "a"}, bytes(100 * MB))[0],
    "what begins as a boundary": lambda: related({"name": "a"}, b"\r\n--==x=" * 12 * MB)[0],
    "a long name": lambda: related({"name": "a" * 100 * MB}, b"")[0],
    "lines": lambda: b"\r\n" * 50 * MB,
}

CALLED: Bodies = {
    "20 MB of base64": lambda: message({"bytesBase64Encoded": "iVBO" * 5 * MB}),
    "39 MB of base64": lambda: message({"bytesBase64Encoded": "iVBO" * (39 * MB // 4)}),
    "39 MB of a prompt": lambda: message({"prompt": "\u6f22" * 13 * MB}),
    "empty values": lambda: b"\x12\x00" * 10 * MB,
    "keys": lambda: message({str(number): 1 for number in range(500_000)}),
    "fields nobody knows": lambda: b"\x98\x3f\x01" * 13 * MB,
    "no message": lambda: b"\xff" * 39 * MB,
}
