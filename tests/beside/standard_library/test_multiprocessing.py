"""Processes that a test starts: each has a copy of the fake, or asks the one that is served."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from urllib.error import HTTPError

import pytest

from imagen_fake import Fake
from tests.beside.asking import GOOGLE, ask

METHODS = pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])


def outcome(prompt: str, base: str = GOOGLE) -> int:
    """How many pictures there are, or the status of an error; errors cannot leave a process."""
    try:
        return ask(base, prompt)
    except HTTPError as error:
        return error.code


@METHODS
def test_a_served_fake_is_that_of_all_processes(imagen_fake: Fake, method: str) -> None:
    imagen_fake.rule("error=503", prompt="last")
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as processes:
        asked = processes.map(outcome, ["a", "b", "last"], [imagen_fake.url] * 3)
        assert list(asked) == [2, 2, 503]
    assert sorted(call.prompt for call in imagen_fake.calls) == ["a", "b", "last"]


@METHODS
@pytest.mark.filterwarnings("ignore::imagen_fake.UnusedRuleWarning")
def test_an_intercepted_process_is_answered_by_a_copy(imagen_intercept: Fake, method: str) -> None:
    imagen_intercept.rule("error=503", prompt="last")
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as processes:
        assert list(processes.map(outcome, ["a", "b", "last"])) == [2, 2, 503]
    assert imagen_intercept.calls == []


def test_threads_of_a_test_share_its_fake(imagen_intercept: Fake) -> None:
    with ThreadPoolExecutor(8) as threads:
        prompts = [str(number) for number in range(32)]
        assert list(threads.map(lambda prompt: ask(prompt=prompt), prompts)) == [2] * 32
    assert sorted(call.prompt for call in imagen_intercept.calls) == sorted(prompts)
