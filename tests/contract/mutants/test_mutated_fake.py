"""Wrong fakes that a process serves one after another."""

import subprocess
import sys
from pathlib import Path

import pytest

from imagen_fake.contract.exchange import Request
from imagen_fake.contract.mutants import mutated_fake
from imagen_fake.contract.mutants.mutated_fake import MutatedFake
from imagen_fake.contract.mutants.patched_facts import Patch
from imagen_fake.contract.mutants.program import Program
from tests.contract.sample_cases import PLAIN, TOO_MANY, fake

MAXIMUM = "models/imagen-4.0-generate-001.json#/tasks/generate/parameters/sampleCount/maximum"
RETIRED = "as of 2030-01-01"
NEVER_RETIRED = Program(
    "predict", 'if as_of and "retired" in cycle', 'if False and as_of and "retired" in cycle'
)
FAILING = Program("tasks.generate", "    size = _size(call)\n", "    size = 1 / 0\n")
DEADLY = Program("tasks.generate", "    size = _size(call)\n", "    __import__('os')._exit(1)\n")


def test_one_process_serves_one_fake_after_another() -> None:
    with MutatedFake() as patched:
        request = patched.request(TOO_MANY)
        first = patched.ask(request).status
        patched.apply(Patch({MAXIMUM: 5}))
        second = patched.ask(request).status
        patched.apply(Patch())
        third = patched.ask(request).status
    assert (first, second, third) == (400, 200, 400)
    assert fake().ask(request).status == 400


def test_a_fault_is_in_a_fake_with_settings_too_and_gone_with_the_next() -> None:
    with MutatedFake() as mutated:
        mutated.apply(NEVER_RETIRED)
        configured = mutated.configure(RETIRED)
        faulty = configured.ask(configured.request(PLAIN)).status
        mutated.apply(Patch())
        configured = mutated.configure(RETIRED)
        true = configured.ask(configured.request(PLAIN)).status
    assert (faulty, true) == (200, 404)


def test_a_fault_is_in_what_is_imported_only_when_it_is_called() -> None:
    with MutatedFake() as mutated:
        mutated.apply(FAILING)
        failed = mutated.ask(mutated.request(PLAIN)).status
        mutated.apply(Patch())
        answered = mutated.ask(mutated.request(PLAIN)).status
    assert (failed, answered) == (500, 200)


def test_calls_at_once_get_their_own_answers_in_order() -> None:
    with MutatedFake() as mutated:
        requests = [mutated.request(case) for case in (PLAIN, TOO_MANY, PLAIN)]
        statuses = [response.status for response in mutated.ask_together(requests)]
    assert statuses == [200, 400, 200]


def test_what_the_process_cannot_do_is_an_error_here_and_it_goes_on() -> None:
    with MutatedFake() as mutated:
        configured = mutated.configure("")
        with pytest.raises(ConnectionError, match="nobody answers for elsewhere"):
            configured.ask(Request("GET", "https://elsewhere.example/"))
        assert mutated.ask(mutated.request(PLAIN)).status == 200


def test_a_process_that_dies_answers_nothing_more_until_another_change_starts_one() -> None:
    with MutatedFake() as mutated:
        request = mutated.request(PLAIN)
        mutated.apply(DEADLY)
        for _ in range(2):
            with pytest.raises(ConnectionError, match="has ended"):
                mutated.ask(request)
        mutated.apply(Patch())
        assert mutated.ask(request).status == 200


def test_an_answer_that_comes_late_is_not_taken_for_that_to_another_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with MutatedFake() as mutated:
        mutated.apply(Patch())
        with monkeypatch.context() as impatient:
            impatient.setattr(mutated_fake, "SECONDS", 0.0)
            with pytest.raises(TimeoutError):
                mutated.ask(mutated.request(PLAIN))
        mutated.apply(Patch())
        assert mutated.ask(mutated.request(TOO_MANY)).status == 400


def test_a_script_without_a_guard_is_told_what_it_lacks(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from imagen_fake.contract.mutants.mutants import run_mutants\nlist(run_mutants())\n"
    )
    ended = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 1
    assert "if __name__ == '__main__'" in ended.stderr.splitlines()[-1]
