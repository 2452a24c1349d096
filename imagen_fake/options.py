"""How an option of the command line is declared: every one is a variable, too."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def option(name: str, *more: str, **settings: Any) -> Callable[[Command], Command]:
    """A click option that can also be set by `IMAGEN_FAKE_<NAME>`."""
    variable = "IMAGEN_FAKE_" + name.removeprefix("--").split("/")[0].replace("-", "_").upper()
    settings = {"envvar": variable, "show_envvar": True, "show_default": True, **settings}
    return click.option(name, *more, **settings)
