"""A mutant: a module of the package with one fault, drawn from some rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import imagen_fake
from imagen_fake.contract.mutants.program import Program

PACKAGE = Path(imagen_fake.__file__).parent
ROOMS = ("pipeline", "surfaces", "tasks")
NOT_ASKED = ("control", "grpc_reply", "vertex_grpc", "vertex_messages")
"""What the kit does not ask by design: gRPC, and the control of the fake, which has no facts."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module: `name` is unique, `line` is the first that differs, counted from 1."""

    name: str
    module: str
    line: int
    program: Program

    @property
    def diff(self) -> str:
        """The lines that are left out and those that stand there instead."""
        sources = (self.program.text.splitlines(), self.program.instead.splitlines())
        lines = list(unified_diff(*sources, lineterm="", n=0))[3:]
        return "\n".join(line for line in lines if not line.startswith("@@"))


def modules() -> Sequence[str]:
    """The modules of the rooms, by their names below the package."""
    return [
        f"{room}.{file.stem}"
        for room in ROOMS
        for file in sorted((PACKAGE / room).glob("*.py"))
        if file.stem != "__init__" and not file.stem.startswith(NOT_ASKED)
    ]


def module_file(module: str) -> Path:
    """The file of a module such as `tasks.upscale`."""
    return PACKAGE.joinpath(*module.split(".")).with_suffix(".py")


def first_difference(one: str, other: str) -> int:
    """The number of the first line that differs, counted from 1; texts that are equal have none."""
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    same = 0
    for before, after in pairs:
        if before != after:
            break
        same += 1
    return same + 1
