"""`python -m tests.contract`: ten seeds of generated bodies, and no difference with any of them."""

import sys

import click

from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.exploring import explore
from imagen_fake.contract.session import lines
from imagen_fake.contract.targets.targets import InProcessTarget

SEEDS = range(1, 11)
EXAMPLES = 2


def main() -> int:
    """The exit code: 0 if the fake passes with every seed."""
    fake, wanted, differing = InProcessTarget(), list(forms()), 0
    for seed in SEEDS:
        result = explore(fake, wanted, seed, EXAMPLES)
        for told in lines(result):
            click.echo(f"seed {seed}: {told}")
        differing += len(result.findings)
    fake.close()
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
