"""Partial answers: `fields=items(name,metadata/who),nextPageToken`."""

import re
from collections.abc import Iterator
from typing import Any

from imagen_fake.storage.objects import StorageError

TOKEN = re.compile(r"([A-Za-z0-9_*-]+)|([,/()])")

Tree = dict[str, Any]
"""Trees by name; an empty one is all that is below."""


def parse_fields(text: str) -> Tree:
    """The tree that a text selects. Raises StorageError bad_parameter."""
    root: Tree = {}
    groups, here, kind = [root], root, "("
    for token in _tokens(text):
        if token[1]:
            _expect(kind in ("(", ",", "/"))
            here, kind = here.setdefault(token[1], {}), "name"
            continue
        _expect(kind == "name" or (kind == ")" and token[2] in ",)"))
        kind = token[2]
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
        match = TOKEN.match(text, at)
        if match is None:
            raise StorageError("bad_parameter", "fields")
        yield match
        at = match.end()


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
