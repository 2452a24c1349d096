"""`imagen-fake health`: whether a fake answers, for containers and scripts that wait for one."""

import ssl
from pathlib import Path

import click

from imagen_fake.cli_access import FILE, URL, listening
from imagen_fake.options import option

PATIENCE = 2.0
"""How many seconds an answer may take."""


@click.command()
@option("--url", default=URL, help="Where the fake is.")
@option("--ready-file", type=FILE, help="Read {url} there, as `serve` has written it.")
def health(url: str, ready_file: Path | None) -> None:
    """Ask a running fake whether it answers; exit code 1 if it does not."""
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener

    url = listening(ready_file) if ready_file else url
    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"{url!r} is no URL: http://HOST:PORT")
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unverified()))
    try:
        opener.open(f"{url.rstrip('/')}/_fake/health", timeout=PATIENCE).close()
        click.echo(f"{url} answers")
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{url} does not answer: {error}") from None


def unverified() -> ssl.SSLContext:
    """TLS that takes any certificate: whether it answers is asked, not who it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
