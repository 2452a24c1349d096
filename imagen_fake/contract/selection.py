"""Which checks, relations and lists of probes a run has: all, those that are named, or the rest."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.probes.registry import PROBE_LISTS
from imagen_fake.contract.result import LeftOut

PARTS: Mapping[str, Collection[str]] = {
    "checks": CHECKS,
    "relations": RELATIONS,
    "lists of probes": PROBE_LISTS,
}
NOT_SELECTED = "not selected"


class SelectionError(ValueError):
    """A name of none, with similar ones and all that there are."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The names of checks, relations and lists of probes, each in their order."""

    checks: Sequence[str] = tuple(CHECKS)
    relations: Sequence[str] = tuple(RELATIONS)
    probe_lists: Sequence[str] = tuple(PROBE_LISTS)

    def left_out(self) -> Iterator[LeftOut]:
        """What is not selected."""
        selected = {*self.checks, *self.relations, *self.probe_lists}
        for part, names in PARTS.items():
            for name in names:
                if name not in selected:
                    yield LeftOut(part, name, NOT_SELECTED)


def select(only: Collection[str] = (), skip: Collection[str] = ()) -> Selection:
    """What is named by `only`, or all if it is empty, without what is named by `skip`.

    Case, `-` and `_` do not count. Raises SelectionError for an unknown name.
    """
    included, excluded = set(map(_existing, only)), set(map(_existing, skip))
    return Selection(
        *(
            tuple(name for name in names if name not in excluded and (name in included or not only))
            for names in PARTS.values()
        )
    )


def _existing(name: str) -> str:
    names = {_fold(one): one for part in PARTS.values() for one in part}
    if _fold(name) in names:
        return names[_fold(name)]
    similar = [names[one] for one in get_close_matches(_fold(name), names)]
    hint = f" did you mean {' or '.join(similar)}?" if similar else ""
    lists = (f"{part}: {', '.join(PARTS[part])}" for part in PARTS)
    raise SelectionError(f"There is no {name!r};{hint}\n" + "\n".join(lists))


def _fold(name: str) -> str:
    return name.strip().lower().replace("-", " ").replace("_", " ")
