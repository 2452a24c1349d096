"""Recorded, then replayed with the network blocked: the fake's calls are in no cassette."""

from pathlib import Path

import pytest

from tests.beside.own_server import own_server

TEST = """
import pytest
import requests
from tests.beside.mixed_app import draw

@pytest.mark.vcr
def test_marked(imagen_intercept):
    assert draw() == 4
    assert requests.post("{url}/own", timeout=30).json() == {{"path": "/own"}}
    assert len(imagen_intercept.calls) == 1

@pytest.mark.vcr
@pytest.mark.imagen_fake
def test_marked_twice():
    assert draw() == 4
    assert requests.post("{url}/own", timeout=30).json() == {{"path": "/own"}}

@pytest.mark.vcr
def test_cassette_first(vcr, imagen_intercept):
    assert draw() == 4
    assert requests.post("{url}/own", timeout=30).json() == {{"path": "/own"}}
    assert len(imagen_intercept.calls) == 1

@pytest.mark.vcr
def test_fake_first(imagen_intercept, vcr):
    assert draw() == 4
    assert requests.post("{url}/own", timeout=30).json() == {{"path": "/own"}}
    assert len(imagen_intercept.calls) == 1
"""


def run(pytester: pytest.Pytester, *options: str) -> None:
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
    result.assert_outcomes(passed=4)


def test_recorded_and_replayed(pytester: pytest.Pytester) -> None:
    with own_server() as url:
        pytester.makepyfile(test_it=TEST.format(url=url))
        run(pytester, "--record-mode=once")
    cassettes = sorted(Path(pytester.path, "cassettes", "test_it").iterdir())
    texts = [file.read_text() for file in cassettes]
    assert [text.count("uri:") for text in texts] == [1] * 4
    assert all("/own" in text for text in texts)
    run(pytester, "--record-mode=none", "--block-network")
    assert [file.read_text() for file in cassettes] == texts


def test_a_served_fake_is_reached_where_its_host_is_allowed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
import requests

def test_served(imagen_fake):
    assert requests.get(f"{imagen_fake.url}/v1beta/models", timeout=30).json()["models"]
"""
    )
    command = ("-p", "no:cacheprovider", "--block-network")
    result = pytester.runpytest_subprocess(*command)
    result.stdout.fnmatch_lines(["*Network is disabled for host '127.0.0.1'*"])
    allowed = pytester.runpytest_subprocess(*command, "--allowed-hosts=127.0.0.1")
    allowed.assert_outcomes(passed=1)
