"""Every case there is, made once for all tests of a process: that takes seconds."""

from functools import cache

from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.exchange import Case


@cache
def every_case() -> tuple[Case, ...]:
    """The cases in their order."""
    return tuple(cases())
