"""The project of a request, by which tests that share a fake are told apart."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from imagen_fake.directives.values import PROJECT_FORM, is_project
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.redaction import redact

PROJECT_HEADER = b"x-imagen-fake-project"
"""Of a request, or of the metadata of one over gRPC."""

IN_PATH = re.compile(r"(?:^|/)projects/([^/]{1,100})/")

MAX_LENGTH, MAX_TEXTS = 1000, 1000
"""How much of a header is looked at, and of how many it is remembered whether they are fit."""


def project_of(scope: Mapping[str, Any]) -> str:
    """The project that an ASGI scope's header names, or else its path; empty without one.

    The header goes first: it is there for the fake alone, while the project in a path is often
    the same in all tests of a program. What is no project's name counts as none.
    """
    names = [_text(value) for name, value in scope["headers"] if name.lower() == PROJECT_HEADER]
    if in_path := IN_PATH.search(scope["path"]):
        names.append(in_path[1])
    return next(filter(is_fit, names), "")


def require_project(value: bytes) -> None:
    """Raise ApiError `fake_refused` unless the value of the header is a project's name."""
    text = _text(value)
    if not is_fit(text):
        shown = redact(text)[:80]
        problem = f"the header X-Imagen-Fake-Project is {shown!r}; expected is {PROJECT_FORM}."
        raise ApiError("fake_refused", problem=problem)


@lru_cache(MAX_TEXTS)
def is_fit(text: str) -> bool:
    """Whether a text is a project's name and looks like no credential."""
    return is_project(text) and redact(text) == text


def _text(value: bytes) -> str:
    return value[:MAX_LENGTH].decode("latin-1").strip(" \t")
