"""Partial answers: `fields=items(name,metadata/who),nextPageToken`."""

import re
from typing import Any

from imagen_fake.storage.objects import StorageError

TOKEN = re.compile(r"[A-Za-z0-9_*-]+|[,/()]")

Tree = dict[str, Any]
"""Trees by name; an empty one is all that is below."""


def parse_fields(text: str) -> Tree:
    """The tree that a text selects. Raises StorageError bad_parameter."""
    root: Tree = {}
    groups, here, kind = [root], root, "("
    pieces = TOKEN.findall(text)
    _expect("".join(pieces) == text)
    for piece in pieces:
        if piece not in ",/()":
            _expect(kind in ("(", ",", "/"))
            here, kind = here.setdefault(piece, {}), "name"
            continue
        _expect(kind == "name" or (kind == ")" and piece in ",)"))
        kind = piece
        if kind == "(":
            groups.append(here)
        elif kind == ")":
            groups.pop()
            _expect(bool(groups))
        elif kind == ",":
            here = groups[-1]
    _expect(len(groups) == 1 and kind in ("name", ")"))
    return root


def _expect(holds: bool) -> None:
    if not holds:
        raise StorageError("bad_parameter", "fields")


def select_fields(tree: Tree, value: Any) -> Any:
    """The part of a JSON value that a tree selects; everything for an empty tree."""
    if not tree or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [select_fields(tree, item) for item in value]
    return {
        name: select_fields(_below(tree, name), child) if isinstance(child, dict | list) else child
        for name, child in value.items()
        if name in tree or "*" in tree
    }


def _below(tree: Tree, name: str) -> Tree:
    """The tree below a name, with what is selected below every name."""
    every, own = tree.get("*", {}), tree.get(name, {})
    return {**every, **own} if every and own else every or own
