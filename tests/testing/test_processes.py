"""Processes that an intercepted test starts, by each way that multiprocessing has."""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

import imagen_fake
from imagen_fake import Config, NetworkBlocked
from imagen_fake.testing.processes import PATCHES
from tests.beside.asking import GOOGLE, ask

POSIX = ("popen_spawn_posix", "popen_forkserver")
STARTED = pytest.mark.parametrize(
    "method", [name for name in multiprocessing.get_all_start_methods() if name != "fork"]
)


def outcome(prompt: str) -> int:
    """How many pictures there are, or the status of an error; errors cannot leave a process."""
    try:
        return ask(GOOGLE, prompt)
    except HTTPError as error:
        return error.code


def asked_elsewhere() -> str:
    try:
        urlopen("http://192.0.2.1/", timeout=5)
    except NetworkBlocked as error:
        return str(error)
    return "answered"


@STARTED
def test_a_copy_of_the_fake_answers_there(method: str) -> None:
    with imagen_fake.intercept(Config(strict=True, rules=("prompt=third error=429",))) as fake:
        fake.rule("error=503", prompt="second")
        with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as processes:
            outcomes = list(processes.map(outcome, ["first", "second", "third"], timeout=120))
        assert fake.calls == []
    assert outcomes == [2, 503, 429]


@STARTED
def test_the_innermost_answers_there_too(method: str) -> None:
    context = multiprocessing.get_context(method)
    with (
        imagen_fake.intercept(Config(rules=("error=500",))),
        imagen_fake.intercept(block_network=True),
        ProcessPoolExecutor(1, context) as processes,
    ):
        assert processes.submit(outcome, "a").result(120) == 2
        assert "192.0.2.1" in processes.submit(asked_elsewhere).result(120)


@STARTED
def test_a_process_exits_as_it_would(method: str) -> None:
    context: Any = multiprocessing.get_context(method)
    with imagen_fake.intercept():
        process = context.Process(target=sys.exit, args=(7,))
        process.start()
        process.join(120)
    assert process.exitcode == 7


@pytest.mark.parametrize("module", ["popen_spawn_win32"] if os.name == "nt" else POSIX)
def test_afterwards_processes_are_started_as_before(module: str) -> None:
    popen = import_module(f"multiprocessing.{module}").Popen
    before = dict(vars(popen))
    with imagen_fake.intercept():
        assert dict(vars(popen)) != before
    assert dict(vars(popen)) == before


def test_every_way_to_start_a_process_is_known() -> None:
    known = {name.rpartition(".")[2] for name in PATCHES}
    assert known == {"popen_spawn_win32", *POSIX}
    methods = set(multiprocessing.get_all_start_methods())
    assert methods <= {"fork", "spawn", "forkserver"}
