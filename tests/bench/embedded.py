"""Rows for what runs inside other people's tests: the plugin, the transport, the contract kit."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import islice
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import httpx

import imagen_fake
from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.session import Options, Session
from imagen_fake.contract.suite import run
from imagen_fake.contract.targets.targets import InProcessTarget
from tests.bench.plan import SMOKE, Plan
from tests.bench.table import Figure

IMPORT = """\
import pytest, time
start = time.perf_counter()
import imagen_fake.pytest_plugin
print(time.perf_counter() - start)"""
URL = "https://generativelanguage.googleapis.com/v1beta/models/imagen-4.0-generate-001:predict"
BODY = json.dumps(
    {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
).encode()


ADDED_BY_CALL = f"""\
import httpx, imagen_fake, statistics, time

def seconds(transport):
    with httpx.Client(transport=transport) as client:
        answer = client.post({URL!r}, content={BODY!r})
        rounds = []
        for _ in range(5):
            start = time.process_time()
            for _ in range(200):
                client.post({URL!r}, content={BODY!r})
            rounds.append((time.process_time() - start) / 200)
        return statistics.median(rounds), answer.content

fake, content = seconds(imagen_fake.transport())
plain, _ = seconds(httpx.MockTransport(lambda _: httpx.Response(200, content=content)))
print(fake - plain)"""

ADDED_BY_TEST = f"""\
import http.client, time
import imagen_fake.pytest_plugin
start = time.process_time()
import imagen_fake
with imagen_fake.intercept():
    connection = http.client.HTTPConnection({urlsplit(URL).hostname!r})
    connection.request("POST", {urlsplit(URL).path!r}, {BODY!r})
    assert connection.getresponse().status == 200
print(time.process_time() - start)"""
"""Seconds of processor time, the client's own left out as far as one without TLS has any."""


def plugin(plan: Plan) -> Iterator[Figure]:
    """What the plugin adds to the start of every test run."""
    command = [sys.executable, "-c", IMPORT]
    runs = [subprocess.run(command, capture_output=True, check=True) for _ in range(plan.starts)]
    seconds = median(float(one.stdout) for one in runs)
    yield Figure("importing the pytest plugin", seconds * 1000, " ms", 15)


def transport(plan: Plan) -> Iterator[Figure]:
    """A repeated call in process, beside one that httpx answers from memory."""
    constant = httpx.Response(200, content=asked(imagen_fake.transport()))
    plain = httpx.MockTransport(lambda _: httpx.Response(200, content=constant.content))
    fake, httpx_alone = (per_call(plan, made) for made in (imagen_fake.transport(), plain))
    added = (fake - httpx_alone) * 1000
    detail = f"{fake * 1000:.2f} ms, of which httpx {httpx_alone * 1000:.2f} ms"
    yield Figure("a repeated call through the transport", added, " ms", 0.2, detail=detail)


def against_before(plan: Plan) -> Iterator[Figure]:
    """What calls in process add, by what they added in the build before; turn by turn."""
    for name, script, target in (
        ("a repeated call through the transport", ADDED_BY_CALL, 0.4),
        ("the first intercepted test", ADDED_BY_TEST, 0.45),
    ):
        ratio, detail = None, "needs --before PYTHON"
        if plan.before:
            sides = (sys.executable, plan.before)
            turns = [[printed(python, script) for python in sides] for _ in range(plan.starts)]
            ours, theirs = (median(side) for side in zip(*turns, strict=True))
            ratio, detail = ours / theirs, f"{ours * 1000:.2f} ms, before {theirs * 1000:.2f} ms"
        yield Figure(f"{name}, by the build before", ratio, "x", target, detail=detail)


def contract(plan: Plan) -> Iterator[Figure]:
    """Refused bodies asked in process and judged, in a second; and the seconds of a whole run."""
    target = InProcessTarget()
    refused = list(islice((case for case in cases() if case.violation), 100 * plan.starts))
    result = run(target, refused, [])
    target.close()
    detail = f"{result.calls} calls, {len(result.findings)} differences"
    yield Figure(
        "checked calls of refused bodies",
        result.per_second,
        "/s",
        500,
        at_least=True,
        detail=detail,
    )

    seconds, detail = None, "in full runs only"
    if plan.rounds > SMOKE.rounds:
        start = perf_counter()
        code = Session(InProcessTarget(), list(cases()), Options(), lambda _: None).run()
        seconds, detail = perf_counter() - start, f"exit code {code}"
    yield Figure("the contract kit's whole run", seconds, "s", 80, detail=detail)


def asked(transport: httpx.BaseTransport) -> bytes:
    """The body of the answer to the call."""
    with httpx.Client(transport=transport) as client:
        return client.post(URL, content=BODY).content


def per_call(plan: Plan, transport: httpx.BaseTransport) -> float:
    """The seconds of one of many equal calls: the median of the rounds."""
    with httpx.Client(transport=transport) as client:
        ask = partial(client.post, URL, content=BODY)
        ask()
        return median(_timed(ask, 200) for _ in range(plan.rounds))


def printed(python: str, script: str) -> float:
    """The number that a script prints in the environment of a Python, its bytecode compiled."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    command = [python, "-P", "-c", script]
    for _ in range(2):  # the first run may compile
        run = subprocess.run(command, capture_output=True, check=True, env=environment)
    return float(run.stdout)


def _timed(ask: "partial[httpx.Response]", calls: int) -> float:
    start = perf_counter()
    for _ in range(calls):
        ask()
    return (perf_counter() - start) / calls
