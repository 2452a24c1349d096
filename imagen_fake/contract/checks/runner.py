"""All checks of an exchange."""

from collections.abc import Container

from imagen_fake.contract.checks import (
    malformed_json,
    pictures,
    predictions,
    quoted,
    refusals,
    safety,
)
from imagen_fake.contract.checks.registry import CHECKS, is_error
from imagen_fake.contract.exchange import Difference, Exchange

__all__ = ["CHECKS", "inside_checks", "run_checks"]

MODULES = (malformed_json, pictures, predictions, quoted, refusals, safety)
"""They register their checks as they are imported."""


def run_checks(
    exchange: Exchange, *, inside: bool = False, names: Container[str] = CHECKS
) -> list[Difference]:
    """Every difference between an answer and the facts of `schemas/`, by the checks named.

    `inside`: the answer is from this fake, whose watermark can be read.
    """
    error = is_error(exchange)
    return [
        difference
        for check in CHECKS.values()
        if (check.refusals if error else check.answers)
        and (inside or not check.inside)
        and check.name in names
        for difference in check.function(exchange)
    ]


def inside_checks(names: Container[str] = CHECKS) -> list[str]:
    """Those of the checks named that look at what only the fake in this process shows."""
    return [check.name for check in CHECKS.values() if check.inside and check.name in names]
