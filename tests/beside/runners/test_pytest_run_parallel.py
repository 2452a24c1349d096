"""One test in several threads at once: they share its fixtures, and so one fake."""

import pytest

TEST = """
import pytest
from tests.beside.asking import ask

THREADS = 4

@pytest.mark.imagen_fake("error=503", strict=True)
def test_served(imagen_fake, num_parallel_threads, thread_index):
    assert num_parallel_threads == THREADS
    with pytest.raises(OSError, match="503"):
        ask(imagen_fake.url, prompt=str(thread_index))
    mine = [call for call in imagen_fake.calls if call.prompt == str(thread_index)]
    assert len(mine) == 1

def test_of_the_session(imagen_intercept_session, num_parallel_threads, thread_index):
    assert num_parallel_threads == THREADS
    assert ask(prompt=str(thread_index)) == 2
    mine = [call for call in imagen_intercept_session.calls if call.prompt == str(thread_index)]
    assert len(mine) == 1

def test_intercepted_in_one_thread(imagen_intercept, num_parallel_threads):
    assert num_parallel_threads == 1
    assert ask() == 2
    assert len(imagen_intercept.calls) == 1
"""


def test_its_threads_share_one_fake(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--parallel-threads=4")
    result.assert_outcomes(passed=3)
