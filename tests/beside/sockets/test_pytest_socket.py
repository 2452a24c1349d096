"""Sockets are refused: interception needs none, a served fake those of this machine."""

import pytest

TEST = """
import asyncio
from tests.beside.asking import ask

def test_asked({fixture}):
    assert {asked} == 2
"""
INTERCEPTED = TEST.format(fixture="imagen_intercept", asked="ask()")
ASYNC = TEST.format(fixture="imagen_intercept", asked="asyncio.run(asyncio.to_thread(ask))")
SERVED = TEST.format(fixture="imagen_fake", asked="ask(imagen_fake.url)")


def run(pytester: pytest.Pytester, test: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)


@pytest.mark.parametrize(
    ("test", "options"),
    [
        (INTERCEPTED, ["--disable-socket"]),
        (INTERCEPTED, ["--disable-socket", "--block-network"]),
        (INTERCEPTED, ["--allow-hosts=127.0.0.1"]),
        (ASYNC, ["--disable-socket", "--allow-unix-socket"]),
        (SERVED, ["--allow-hosts=127.0.0.1"]),
        (SERVED, ["--disable-socket", "--allow-hosts=127.0.0.1"]),
    ],
)
def test_it_works(pytester: pytest.Pytester, test: str, options: list[str]) -> None:
    run(pytester, test, *options).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("test", "outcome"), [(SERVED, {"errors": 1}), (ASYNC, {"failed": 1})], ids=["served", "async"]
)
def test_where_a_socket_is_needed_the_error_says_what_to_add(
    pytester: pytest.Pytester, test: str, outcome: dict[str, int]
) -> None:
    result = run(pytester, test, "--disable-socket", "-W", "ignore")
    result.assert_outcomes(**outcome)
    result.stdout.fnmatch_lines(["*--allow-hosts=127.0.0.1*--allow-unix-socket*"])
    assert result.duration < 10


def test_a_served_fake_that_was_started_before_is_explained_too(pytester: pytest.Pytester) -> None:
    allowed = (
        "import pytest\n\n@pytest.mark.enable_socket\ndef test_before(imagen_fake):\n    pass\n"
    )
    result = run(pytester, f"{allowed}{SERVED}", "--disable-socket", "-W", "ignore")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*--allow-hosts=127.0.0.1*"])
