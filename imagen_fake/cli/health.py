"""`imagen-fake health`: whether a fake answers, for containers and scripts that wait for one."""

import ssl
from pathlib import Path

import click

from imagen_fake.cli.locate import resolve_url, url_options
from imagen_fake.streams import note

TIMEOUT_SECONDS = 2.0

HEALTHY_PREFIX = b'{"status":"ok"'


@click.command()
@url_options
def health(url: str, ready_file: Path | None) -> None:
    """Ask a running fake whether it answers; exit code 1 if it does not."""
    from http.client import HTTPException
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener

    url = resolve_url(url, ready_file)
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unverified_context()))
    try:
        with opener.open(f"{url.rstrip('/')}/_fake/health", timeout=TIMEOUT_SECONDS) as answer:
            is_fake = answer.read(len(HEALTHY_PREFIX)) == HEALTHY_PREFIX
    except (OSError, ValueError, HTTPException) as error:
        raise click.ClickException(f"{url} does not answer: {str(error).strip()}") from None
    if not is_fake:
        raise click.ClickException(f"{url} answers, but is no fake.")
    note(f"{url} answers")


def unverified_context() -> ssl.SSLContext:
    """A TLS context that accepts any certificate: only reachability is checked."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
