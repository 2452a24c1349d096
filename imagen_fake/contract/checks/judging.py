"""How an exchange is judged: by every check there is."""

from collections.abc import Mapping

from imagen_fake.contract.checks import answers, payloads, pictures, refusals, safety
from imagen_fake.contract.checks.registry import TABLE, Entry, refused
from imagen_fake.contract.exchange import Difference, Exchange

MODULES = (answers, payloads, pictures, refusals, safety)
"""They enter their checks in the table as they are imported."""


def judge(exchange: Exchange, *, inside: bool = False) -> list[Difference]:
    """Everything that differs between an answer and what `schemas/` say of it.

    `inside`: the answer is from this fake, whose watermark can be read.
    """
    wanted = refused(exchange)
    return [
        difference
        for entry in TABLE.values()
        if (entry.refusals if wanted else entry.answers) and (inside or not entry.inside)
        for difference in entry.judge(exchange)
    ]


def table() -> Mapping[str, Entry]:
    """Every check there is, by name, in order."""
    return TABLE
