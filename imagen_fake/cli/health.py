"""`imagen-fake health`, and the URL of a running fake: the options `--url` and `--ready-file`."""

import json
import ssl
from pathlib import Path

import click
from click.core import ParameterSource

from imagen_fake.cli.options import option, options, reject_unused
from imagen_fake.hosts import web_origin
from imagen_fake.streams import note

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


TIMEOUT_SECONDS = 2.0

HEALTHY_PREFIX = b'{"status":"ok"'


@click.command()
@url_options
def health(url: str, ready_file: Path | None) -> None:
    """Ask a running fake whether it answers; exit code 1 if it does not."""
    url = resolve_url(url, ready_file)
    if read_control(url, "health", TIMEOUT_SECONDS, len(HEALTHY_PREFIX)) != HEALTHY_PREFIX:
        raise click.ClickException(f"{url} answers, but is no fake.")
    note(f"{url} answers")


def read_control(url: str, path: str, seconds: float, size: int) -> bytes:
    """The first `size` bytes that a fake answers below `/_fake/`.

    Raises ClickException if it answers nothing, or an error, within that many seconds.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener

    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unverified_context()))
    try:
        with opener.open(f"{url.rstrip('/')}/_fake/{path}", timeout=seconds) as answer:
            content: bytes = answer.read(size)
            return content
    except HTTPError as error:
        error.close()
        problem = f"{url} answers {error.code}; is it a fake's address?"
        raise click.ClickException(problem) from None
    except (OSError, ValueError, HTTPException) as error:
        reason = str(getattr(error, "reason", error)).strip()
        raise click.ClickException(f"{url} does not answer: {reason}") from None


def unverified_context() -> ssl.SSLContext:
    """A TLS context that accepts any certificate: only reachability is checked."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
