"""What was measured, and how it reads."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

HEADINGS = ("", "measured", "target", "", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; no value means that it could not be measured here."""

    name: str
    value: float | None
    unit: str  # follows the number as it is
    target: float
    at_least: bool = False  # whether more is better
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the target is reached; what could not be measured missed nothing."""
        if self.value is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED` or `skipped`."""
        if self.value is None:
            return "skipped"
        return "ok" if self.met else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The figure as the table shows it."""
        value = "-" if self.value is None else f"{self.value:.{self._digits}f}{self.unit}"
        sign = ">=" if self.at_least else "<="
        return self.name, value, f"{sign} {self.target:g}{self.unit}", self.verdict, self.detail

    def as_json(self) -> dict[str, Any]:
        """The figure and its verdict."""
        return {**asdict(self), "verdict": self.verdict}

    @property
    def _digits(self) -> int:
        return 2 if self.target < 10 else 1


def table(figures: Iterable[Figure]) -> str:
    """Figures as lines of text, the columns aligned."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
