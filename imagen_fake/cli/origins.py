"""Says which settings of a configuration file let others in, or lead clients elsewhere.

Whoever works in a cloned repository may not have read its file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import click
from click.core import ParameterSource

from imagen_fake.cli.config_file import CONFIG_FILE
from imagen_fake.cli.display import display
from imagen_fake.hosts import listens_on_loopback

NOTED: Mapping[str, Callable[[Any], bool]] = {
    "storage": lambda value: value == "gs",
    "host": lambda value: not listens_on_loopback(value),
    **dict.fromkeys(
        (
            "allow_hosts", "allow_origins", "ca", "credentials", "forward", "forward_credentials",
            "keys", "target", "tls_cert", "url",
        ),
        bool,
    ),
}  # fmt: skip
"""The keys to say, and of which values."""


def origins(ctx: click.Context, among: Iterable[str] = NOTED) -> Iterator[str]:
    """What such settings are, of those `among`, and where they stand, if it is in a file."""
    for name in among:
        value = ctx.params.get(name)
        is_of_file = ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP
        if is_of_file and NOTED[name](value):
            place = ctx.meta[CONFIG_FILE].place(name, str(ctx.command.name))
            yield f"{name} = {display(value)} ({place})"
