"""Cases that must be refused for another reason than a rule of the request's schema."""

from collections.abc import Iterable
from typing import Any

from imagen_fake.contract.bodies.fact_coverage import error_pointer
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.exchange import Case, Violation


def rejected_case(
    operation: Operation,
    name: str,
    error: str,
    body: Any = None,
    *,
    path: str = "",
    keyword: str = "rejected",
    facts: Iterable[str] = (),
) -> Case:
    """A case refused with an error, which is a fact that it covers; None: the minimal body."""
    sent = minimal_body(operation) if body is None else body
    covered = {error_pointer(operation, error), *facts}
    return operation.case(name, sent, Violation(keyword, path, error), covered)
