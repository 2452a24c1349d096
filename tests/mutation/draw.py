"""Every fault that mutmut can put into some rooms of the package, and a random draw of them.

mutmut's own runner needs tests that run in pytest; only its operators are used here. A mutant is a
whole changed module, which a process of its own serves.
"""

import random
from collections.abc import Sequence

import libcst
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

from imagen_fake.contract.mutants.program import Program
from tests.mutation.mutant import Mutant, first_difference, module_file, modules


def draw(count: int, seed: int) -> list[Mutant]:
    """So many mutants of the rooms at random, by module; all if there are fewer."""
    trees = {module: mutations(module) for module in modules()}
    every = [(module, number) for module in trees for number in range(len(trees[module][1]))]
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311 (no secret)
    return [_mutant(module, number, *trees[module]) for module, number in sorted(drawn)]


def mutations(module: str) -> tuple[libcst.Module, Sequence[Mutation]]:
    """A module, and everything that mutmut would change in it."""
    tree = libcst.MetadataWrapper(libcst.parse_module(module_file(module).read_text("utf-8")))
    visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()))
    return tree.visit(visitor), visitor.mutations


def _mutant(module: str, number: int, tree: libcst.Module, mutated: Sequence[Mutation]) -> Mutant:
    one = mutated[number]
    changed = deep_replace(tree, one.original_node, one.mutated_node)
    assert isinstance(changed, libcst.Module)
    line = first_difference(tree.code, changed.code)
    program = Program(module, tree.code, changed.code)
    return Mutant(f"{module}:{line}/{number}", module, line, program)
