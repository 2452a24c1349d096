"""A fault in one line of a module."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from imagen_fake.contract.mutants.mutants import mutants
from imagen_fake.contract.mutants.program import Program
from tests.sweep import sweep

PROGRAMS = [mutant.change for mutant in mutants() if isinstance(mutant.change, Program)]


@sweep("program", PROGRAMS, ids=lambda program: program.text)
def test_every_program_finds_its_text_once_and_compiles(program: Program) -> None:
    spec = find_spec(f"imagen_fake.{program.module}")
    assert spec is not None
    assert spec.origin is not None
    source = program.source(Path(spec.origin).read_text("utf-8"))
    assert program.instead in source
    compile(source, spec.origin, "exec")


@pytest.mark.parametrize("original", ["nothing", "a line, a line"])
def test_a_text_that_does_not_stand_there_once_is_refused(original: str) -> None:
    with pytest.raises(ValueError, match="tasks has not once: a line"):
        Program("tasks", "a line", "another").source(original)


def test_the_package_is_imported_anew_with_the_fault_and_without() -> None:
    code = """
from imagen_fake.contract.mutants.program import Program, load_anew
from imagen_fake import version
before, states = version.__version__, []
for program in (Program("version", before, "0.0.0+faulty"), None):
    load_anew(program)
    from imagen_fake.version import __version__
    states.append(__version__)
print(states == ["0.0.0+faulty", before])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
