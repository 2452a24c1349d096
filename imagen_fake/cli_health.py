"""`imagen-fake health`: whether a fake answers, for containers and scripts that wait for one."""

import ssl
from pathlib import Path

import click

from imagen_fake.cli_locate import located, locating
from imagen_fake.streams import note

PATIENCE = 2.0
"""How many seconds an answer may take."""


@click.command()
@locating
def health(url: str, ready_file: Path | None) -> None:
    """Ask a running fake whether it answers; exit code 1 if it does not."""
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener

    url = located(url, ready_file)
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unverified()))
    try:
        opener.open(f"{url.rstrip('/')}/_fake/health", timeout=PATIENCE).close()
        note(f"{url} answers")
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{url} does not answer: {error}") from None


def unverified() -> ssl.SSLContext:
    """TLS that takes any certificate: whether it answers is asked, not who it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
