"""Judge mutants in several processes, each of which serves them in another."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.mutation.judge import Verdict
from tests.mutation.mutant import Mutant

Judge = Callable[[Mutant], Verdict]

_judges: list[Judge] = []
"""Of a process that judges: the one judge, which it was forked with as units cannot be pickled."""


def judge_all(mutants: Iterable[Mutant], judge: Judge, workers: int) -> Iterator[Verdict]:
    """The verdicts on mutants, in their order."""
    fork = get_context("fork")
    with ProcessPoolExecutor(workers, fork, initializer=_judges.append, initargs=(judge,)) as pool:
        yield from pool.map(_judge, mutants)


def _judge(mutant: Mutant) -> Verdict:
    return _judges[0](mutant)
