"""The URL of a running fake: the options `--url` and `--ready-file`."""

import json
from pathlib import Path

import click
from click.core import ParameterSource

from imagen_fake.cli.options import option, options, reject_unused
from imagen_fake.hosts import web_origin

DEFAULT_URL = "http://127.0.0.1:8787"
FILE = click.Path(dir_okay=False, path_type=Path)


url_options = options(
    option("--url", default=DEFAULT_URL, help="Where the fake is."),
    option("--ready-file", type=FILE, help="Read {url} there, as `serve` has written it."),
)


def resolve_url(url: str, ready_file: Path | None) -> str:
    """The URL given by `url_options`; the command line overrides environment variables.

    Raises UsageError for both and for what is no URL, and as `read_ready_file` does.
    """
    resolved = _url_of(url, ready_file)
    origin = web_origin("/".join(resolved.split("/")[:3]))
    if origin is None or origin[2] > 0xFFFF:
        raise click.UsageError(f"{resolved!r} is no URL: http://HOST:PORT")
    return resolved


def _url_of(url: str, ready_file: Path | None) -> str:
    if ready_file is None:
        return url
    source = click.get_current_context().get_parameter_source("ready_file")
    if source is ParameterSource.COMMANDLINE:
        reject_unused("with --ready-file", "url")
    elif click.get_current_context().get_parameter_source("url") is ParameterSource.COMMANDLINE:
        return url
    return read_ready_file(ready_file)


def read_ready_file(ready_file: Path) -> str:
    """The URL in a file written by `serve --ready-file`.

    Raises UsageError for another file, ClickException if it cannot be read: nobody may listen.
    """
    try:
        url = json.loads(ready_file.read_text(encoding="utf-8"))["url"]
    except OSError as error:
        raise click.ClickException(
            f"{ready_file}: {error.strerror}. It is there while `imagen-fake serve --ready-file`"
            " listens."
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        url = None
    if not isinstance(url, str):
        raise click.UsageError(
            f'{ready_file} has no {{"url": …}}: `imagen-fake serve --ready-file` writes it.'
        )
    return url
