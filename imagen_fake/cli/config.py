"""`imagen-fake config`: what holds, and where it comes from."""

from collections.abc import Iterator
from copy import copy

import click
from click.core import ParameterSource

from imagen_fake.cli.config_file import CONFIG_FILE
from imagen_fake.cli.display import display
from imagen_fake.cli.file_values import keys
from imagen_fake.cli.params import PRINT_ONLY


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [OPTIONS]...")
@click.pass_context
def config(ctx: click.Context, arguments: tuple[str, ...]) -> None:
    """Print every setting of a command (of serve, if none is named) and where it comes from.

    With the options of that command, as if it was run. No credential is shown.
    """
    group = ctx.find_root().command
    assert isinstance(group, click.Group)  # noqa: S101
    named = arguments[:1] if arguments and arguments[0] in group.commands else ()
    (name,), options = named or ("serve",), [*arguments[len(named) :]]
    command = copy(group.commands[name])
    command.params = [one for one in command.params if isinstance(one, click.Option)]
    command.allow_extra_args = True
    ctx.meta[PRINT_ONLY] = True
    with command.make_context(name, options, parent=ctx.parent) as shown:
        file = shown.meta.get(CONFIG_FILE)
        click.echo(f"# configuration file: {file.path if file else 'none'}")
        click.echo("\n".join(lines(shown)))


def lines(shown: click.Context) -> Iterator[str]:
    """A line for every setting of a command: key, value, origin."""
    for name, option in sorted(keys(shown.command).items()):
        value = display(shown.params.get(name))
        yield f"{name:20} = {value:24} # {origin(shown, option)}"


def origin(shown: click.Context, option: click.Option) -> str:
    """Where the value of an option comes from."""
    name = str(option.name)
    source = shown.get_parameter_source(name)
    if source is ParameterSource.COMMANDLINE:
        return option.opts[0]
    if source is ParameterSource.ENVIRONMENT:
        return str(option.envvar)
    if source is ParameterSource.DEFAULT_MAP:
        return str(shown.meta[CONFIG_FILE].place(name, str(shown.command.name)))
    return "default"
