"""The options that make a Config: how a fake answers, whichever command starts it."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import click

from imagen_fake.cli.models import existing_model
from imagen_fake.cli.options import option, options, reject_unused
from imagen_fake.cli.params import FILE, FolderPath, LineParam, PairParam, StoragePath
from imagen_fake.config import AuthMode, Config, ConfigError, DirectiveSources, Switch

DEFAULTS: Mapping[str, Any] = {one.name: one.default for one in fields(Config)}
MB = 2**20

caption_option = option(
    "--caption",
    type=click.Choice(get_args(Switch)),
    default=DEFAULTS["caption"],
    help="Whether prompt and label stand on the pictures.",
)
font_option = option(
    "--font",
    "fonts",
    multiple=True,
    type=FILE,
    help="A font file for characters the built-in fonts lack; may be repeated.",
)
project_option = option(
    "--project", default=DEFAULTS["project"], help="The project that clients belong to."
)
keys_option = option(
    "--keys",
    type=FolderPath(),
    default=lambda: Path(click.get_app_dir("imagen-fake")),
    show_default="a folder of the user's",
    help="The folder of the fake's signing key and certificate.",
)


def _rule(text: str) -> str:
    from imagen_fake.directives.directives import DirectiveError, parse

    try:
        parse(text, in_rule=True)
    except DirectiveError as error:
        raise click.BadParameter(str(error)) from None
    return text


def _endpoint(pair: str) -> tuple[str, str]:
    """The endpoint and the model of `ID=MODEL`."""
    endpoint, equals, model = pair.partition("=")
    if not endpoint or not equals:
        raise click.BadParameter(f"{pair!r} is not ID=MODEL.")
    try:
        return endpoint, existing_model(model)
    except click.UsageError as error:
        raise click.BadParameter(error.message) from None


request_options = options(
    option(
        "--approved/--not-approved",
        default=DEFAULTS["approved"],
        help="Whether pictures of adults may be asked for.",
    ),
    option(
        "--allowlisted/--not-allowlisted",
        default=DEFAULTS["allowlisted"],
        help="Whether allow_all and block_none may be used.",
    ),
    option("--strict", is_flag=True, help="Refuse what the service would ignore."),
    option(
        "--directives",
        type=click.Choice(get_args(DirectiveSources)),
        default=DEFAULTS["directives"],
        help="Where directives are taken from: prompts and the header, the header, neither.",
    ),
    option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Answer as on that day."),
)


def _memory(name: str, field: str, least: int, text: str) -> Any:
    default = DEFAULTS[field] // MB
    return option(name, default=default, type=click.IntRange(least), help=text)


fake_options = options(
    option("--vary-unseeded", is_flag=True, help="Another picture for each call without a seed."),
    _memory("--cache-mb", "cache_bytes", 0, "Memory for kept answers."),
    _memory("--journal-mb", "journal_bytes", 0, "Memory for calls made."),
    _memory("--max-body-mb", "max_body_bytes", 1, "The largest request body."),
    option(
        "--endpoint",
        "endpoints",
        multiple=True,
        type=PairParam(),
        callback=lambda _context, _option, pairs: dict(map(_endpoint, pairs)),
        metavar="ID=MODEL",
        help="Serve a model as a tuned one at …/endpoints/ID; may be repeated.",
    ),
    option("--c2pa", is_flag=True, help="Sign files where the service does (C2PA)."),
    option(
        "--storage",
        type=StoragePath(writable=True),
        metavar="DIR|gs",
        help="The folder for Cloud Storage, else a temporary one; gs: the real Cloud Storage.",
    ),
    font_option,
    option(
        "--rule",
        "rules",
        multiple=True,
        type=LineParam(),
        callback=lambda _context, _option, rules: tuple(map(_rule, filter(str.strip, rules))),
        metavar="DIRECTIVES",
        help="Such as 'model=imagen-4* error=503 times=2'; may be repeated (a line each).",
    ),
    option(
        "--include-rai-reason",
        type=bool,
        help="The default of includeRaiReason; else as each model was observed.",
    ),
    caption_option,
    request_options,
    option(
        "--auth",
        type=click.Choice(get_args(AuthMode)),
        default=DEFAULTS["auth"],
        help="Take every call, only those with a credential, or with one of this fake's.",
    ),
    option(
        "--deny",
        "denied",
        multiple=True,
        callback=lambda _context, _option, principals: frozenset(principals),
        metavar="PRINCIPAL",
        help="Answer 403 to this account (with --auth issued); may be repeated.",
    ),
    option("--token-seconds", type=click.IntRange(1), help="How long a token lives.  [Google's]"),
    option(
        "--allow-origin",
        "allow_origins",
        multiple=True,
        metavar="ORIGIN",
        help="Let pages of this origin ask everything, as https://app.test; may be repeated.",
    ),
    option(
        "--allow-host",
        "allow_hosts",
        multiple=True,
        metavar="NAME",
        help="Answer when called by this host too, or pattern as *.test; may be repeated.",
    ),
    project_option,
)
"""Of every command that starts a fake."""


def to_config(as_of: datetime | None = None, **settings: Any) -> Config:
    """The Config that options make. Raises UsageError for an impossible one."""
    if settings.get("auth") != "issued":
        reject_unused("without --auth issued", "denied", variables=True)
    values = {
        f"{name.removesuffix('_mb')}_bytes" if name.endswith("_mb") else name: (
            value * MB if name.endswith("_mb") else value
        )
        for name, value in settings.items()
    }
    try:
        return Config(as_of=as_of.date() if as_of else None, **values)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None


def load_fonts(fonts: tuple[Path, ...]) -> None:
    """Register font files for captions. Raises UsageError."""
    if fonts:
        from imagen_fake.imaging.lettering.fonts import use_fonts

        try:
            use_fonts(fonts)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
