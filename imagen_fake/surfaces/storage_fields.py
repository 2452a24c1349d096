"""Partial answers: `fields=items(name,metadata/who),nextPageToken`."""

import re
from collections.abc import Iterator
from typing import Any

from imagen_fake.storage.objects import StorageError

TOKEN = re.compile(r"([A-Za-z0-9_*-]+)|([,/()])")

Tree = dict[str, Any]
"""Trees by name; an empty one is all that is below."""


def parse(text: str) -> Tree:
    """The tree that a text selects. Raises StorageError bad_parameter."""
    root: Tree = {}
    groups, here, kind = [root], root, "("
    for found in _tokens(text):
        if found[1]:
            _expect(kind in ("(", ",", "/"))
            here, kind = here.setdefault(found[1], {}), "name"
            continue
        _expect(kind == "name" or (kind == ")" and found[2] in ",)"))
        kind = found[2]
        if kind == "(":
            groups.append(here)
        elif kind == ")":
            groups.pop()
            _expect(bool(groups))
        elif kind == ",":
            here = groups[-1]
    _expect(len(groups) == 1 and kind in ("name", ")"))
    return root


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise StorageError("bad_parameter", "fields")
        yield found
        at = found.end()


def _expect(holds: bool) -> None:
    if not holds:
        raise StorageError("bad_parameter", "fields")


def select(tree: Tree, value: Any) -> Any:
    """The part of a JSON value that a tree selects; everything for an empty tree."""
    if not tree or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [select(tree, each) for each in value]
    return {
        name: select(_below(tree, name), child) if isinstance(child, dict | list) else child
        for name, child in value.items()
        if name in tree or "*" in tree
    }


def _below(tree: Tree, name: str) -> Tree:
    """The tree below a name, with what is selected below every name."""
    every, own = tree.get("*", {}), tree.get(name, {})
    return {**every, **own} if every and own else every or own
