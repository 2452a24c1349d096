"""`python -m tests.contract`: ten seeds of generated bodies, none of which may find a difference."""

import sys
from time import perf_counter

from imagen_fake.contract.cases import forms
from imagen_fake.contract.exploring import explore
from imagen_fake.contract.report import line
from imagen_fake.contract.targets import InProcessTarget

SEEDS = range(1, 11)
EXAMPLES = 2


def main() -> int:
    """The exit code: 0 if the fake passes with every seed."""
    fake, wanted, differing = InProcessTarget(), list(forms()), 0
    for seed in SEEDS:
        start = perf_counter()
        result = explore(fake, wanted, seed, EXAMPLES)
        seconds = perf_counter() - start
        print(
            f"seed {seed}: {result.asked} bodies, {len(result.findings)} differences, {seconds:.0f} s"
        )  # noqa: E501, T201
        for one in result.findings:
            print(f"  {one.case.name} {one.case.body}\n  {line(one.difference)}")  # noqa: T201
        differing += len(result.findings)
    fake.close()
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
