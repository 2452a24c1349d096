"""Somebody's tests run in the same process: nothing that they share is another afterwards."""

import json
import subprocess
import sys

import pytest

from tests.process_state import USES


@pytest.mark.parametrize("use", USES)
def test_a_process_is_what_it_was_before(use: str) -> None:
    run = [sys.executable, "-W", "error", "-m", "tests.process_state", use]
    told = subprocess.run(run, check=True, capture_output=True, text=True, timeout=300).stdout
    assert json.loads(told) == {}
