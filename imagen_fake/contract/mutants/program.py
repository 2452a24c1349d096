"""A fault in the code of a fake: a line of one module that says something else."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Program:
    """Another text in place of one that a module such as `tasks.upscale` has once."""

    module: str
    text: str
    instead: str

    def source(self, original: str) -> str:
        """The module's source with the fault. Raises ValueError unless it has the text once."""
        if original.count(self.text) != 1:
            raise ValueError(f"{self.module} has not once: {self.text}")
        return original.replace(self.text, self.instead)


def load_anew(program: Program | None) -> None:
    """Let the package be imported again from now on: with a fault, or without any.

    For a process of its own: whoever holds a module of before keeps it.
    """
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != _Finder.__name__]
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    if program:
        sys.meta_path.insert(0, _Finder(program))


class _Finder(MetaPathFinder):
    """Finds the one faulty module."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of the faulty module; None for every other."""
        if fullname != f"{PACKAGE}.{self._program.module}":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin:
            spec.loader = _Loader(fullname, spec.origin, self._program)
        return spec


class _Loader(SourceFileLoader):
    """Compiles the faulty source; the bytecode of the true one is of no use."""

    def __init__(self, fullname: str, path: str, program: Program) -> None:
        super().__init__(fullname, path)
        self._program = program

    def get_code(self, fullname: str) -> CodeType:
        """The code of the faulty module."""
        source = self._program.source(self.get_source(fullname) or "")
        return self.source_to_code(source.encode(), self.path)
