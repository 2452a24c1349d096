"""Tables of text, aligned where the lines are wide enough."""

from collections.abc import Sequence
from textwrap import fill

GAP = "  "


def format_table(rows: Sequence[Sequence[str]], width: int) -> str:
    """Rows of cells as lines of text, the columns aligned; else what is in them, row by row.

    The first row has the headings.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return "\n".join(_record(rows[0], row, width) for row in rows[1:])
    return "\n".join(
        GAP.join(cell.ljust(column) for cell, column in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _record(headings: Sequence[str], row: Sequence[str], width: int) -> str:
    cells = zip(headings[1:], row[1:], strict=True)
    details = "; ".join(f"{heading}: {cell}" for heading, cell in cells if cell)
    return f"{wrap(row[0], width)}\n{wrap(details, width, GAP)}"


def wrap(text: str, width: int, indent: str = "") -> str:
    """The text in lines of that width, those after the first indented."""
    return fill(
        text, width, initial_indent=indent, subsequent_indent=indent or GAP,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
