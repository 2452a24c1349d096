"""`python -m tests.contract`: ten seeds of generated bodies, and no difference with any of them."""

import sys

import click

from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.fuzzing import fuzz
from imagen_fake.contract.summary import result_lines
from imagen_fake.contract.targets.targets import InProcessTarget

SEEDS = range(1, 11)
EXAMPLES = 2


def main() -> int:
    """The exit code: 0 if the fake passes with every seed."""
    target, listed, differing = InProcessTarget(), list(operations()), 0
    for seed in SEEDS:
        result = fuzz(target, listed, seed, EXAMPLES)
        for line in result_lines(result):
            click.echo(f"seed {seed}: {line}")
        differing += len(result.findings)
    target.close()
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
