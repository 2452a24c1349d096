"""The command line's part on credentials and TLS: what `serve` takes, and two commands."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import click

from imagen_fake.auth.access import Access, can_sign
from imagen_fake.auth.credentials import (
    KINDS,
    SHELLS,
    AdcRequest,
    adc_text,
    api_key,
    environment,
    shell_lines,
    write_private,
)
from imagen_fake.cli.fake_options import keys_option, project_option
from imagen_fake.cli.health import DEFAULT_URL, resolve_url, url_options
from imagen_fake.cli.options import option, options, reject_found, reject_unused
from imagen_fake.cli.params import FILE, OutputPath
from imagen_fake.config import AuthMode, Config, ConfigError
from imagen_fake.forwarding.upstream import Upstream
from imagen_fake.hosts import WILDCARD_ADDRESSES, listens_on_loopback
from imagen_fake.leading import python_path
from imagen_fake.server import tls
from imagen_fake.streams import STDOUT, note, write

UNSIGNED = """, unsigned: `serve --auth issued` refuses it.
To sign it: pip install 'imagen-fake[auth]'."""


def warn_if_public(host: str) -> None:
    """Say on stderr who can ask a server that listens on a host, unless only this machine can."""
    if not listens_on_loopback(host):
        where = "every address of this machine" if host in WILDCARD_ADDRESSES else host
        click.echo(
            f"imagen-fake: --host {host!r} is {where}: anyone on the network can ask, read what"
            " was asked and stored, and change what is answered. 127.0.0.1 is this machine alone.",
            err=True,
        )


def warn_if_no_storage() -> None:
    """Say on stderr that nothing can be stored, where no temporary folder can be written."""
    try:
        gettempdir()
    except FileNotFoundError as error:
        click.echo(
            f"imagen-fake: {error.strerror}: storageUri, gcsUri and uploads are refused. Give a"
            " folder with --storage, or a file system in memory: docker run --tmpfs /tmp",
            err=True,
        )


tls_options = options(
    option("--tls", is_flag=True, help="Serve HTTPS with a certificate of the fake's own."),
    option("--tls-cert", type=FILE, help="Serve HTTPS with this certificate (PEM)."),
    option("--tls-key", type=FILE, help="Its private key."),
    option("--tls-name", "tls_names", multiple=True, help="One more name for --tls."),
)


forward_options = options(
    option(
        "--forward",
        metavar="https://HOST",
        help="Hand what is none of the fake's on to this origin; its certificate is verified.",
    ),
    option(
        "--forward-credentials",
        is_flag=True,
        help="Let it have the tokens, API keys and cookies of clients.",
    ),
)


def upstream(forward: str | None, credentials: bool) -> Upstream | None:
    """The origin that the options of `forward_options` name. Raises ConfigError, UsageError."""
    if forward is None:
        reject_unused("without --forward", "forward_credentials")
        return None
    if credentials:
        reject_found("forward_credentials", "giving credentials away")
    return Upstream.parse(forward, credentials=credentials)


def tls_certificate(
    keys: Path, own: bool, cert: Path | None, key: Path | None, names: Sequence[str]
) -> tls.Certificate | None:
    """The certificate that the options of `tls_options` ask for; None for plain HTTP.

    Raises UsageError for options that contradict one another, ConfigError without trustme.
    """
    if bool(cert) != bool(key) or (own and cert):
        raise click.UsageError("Either --tls, or --tls-cert together with --tls-key.")
    if names and not own:
        raise click.UsageError("--tls-name has no effect without --tls; see --allow-host.")
    if cert and key:
        return tls.Certificate(cert, key)
    return tls.certificate(keys / "tls", names) if own else None


@click.command()
@option(
    "--kind",
    type=click.Choice([*KINDS, "api-key"]),
    default="service-account",
    help="What to write; an API key is printed unless --output names a file.",
)
@option("--output", "-o", type=OutputPath(), help="The file; - is standard output.")
@option("--url", default=DEFAULT_URL, help="Where the fake is.")
@option("--principal", help="For whom, if not the usual account.")
@keys_option
@project_option
def credentials(
    kind: str, output: Path | None, url: str, principal: str | None, keys: Path, project: str
) -> None:
    """Write credentials that this fake accepts, for Google's clients; print an API key."""
    mode: AuthMode = "issued" if can_sign() else "off"
    _reject_unused(kind, principal, mode)
    try:
        access = Access(Config(auth=mode, project=project, keys=keys))
        if kind == "api-key":
            text = f"{api_key(access, principal)}\n"
        elif output is None or (output == STDOUT and kind == "external-account"):
            raise click.UsageError("Say where to write: -o FILE. (An external account names it.)")
        else:
            text = adc_text(kind, AdcRequest(access, url.rstrip("/"), output, principal))
    except ConfigError as error:
        raise click.ClickException(str(error)) from None
    if output is None or output == STDOUT:
        write(STDOUT, text)
    else:
        write_private(output, text)
        note(f"{output}: {kind}{'' if mode == 'issued' else UNSIGNED}")


def _reject_unused(kind: str, principal: str | None, mode: AuthMode) -> None:
    """Raise UsageError for an option that is not for these credentials."""
    if kind == "api-key":
        reject_unused("on API keys", "url")
    if kind == "external-account" or (kind == "api-key" and principal):
        reject_unused(f"on this {kind}", "project")
    if mode == "off":
        reject_unused("without PyJWT, as nothing is signed", "keys")


@click.command()
@url_options
@option("--credentials", type=FILE, help="The file that `imagen-fake credentials` has written.")
@option("--ca", type=FILE, help="The certificate to trust.  [the fake's own, if it is HTTPS]")
@option(
    "--shell",
    type=click.Choice(list(SHELLS)),
    default="bash",
    help="Who reads the lines.",
)
@keys_option
@project_option
def env(
    url: str,
    ready_file: Path | None,
    credentials: Path | None,
    ca: Path | None,
    shell: str,
    keys: Path,
    project: str,
) -> None:
    """Print the variables that lead clients to a running fake, to be read by a shell."""
    url = resolve_url(url, ready_file)
    own = keys / "tls" / "ca.pem"
    if ca:
        reject_unused("with --ca", "keys")
    elif url.startswith("https:"):
        ca = own if own.exists() else None
        if ca is None:
            reject_unused(f"as there is no {own}, which `serve --tls` makes", "keys")
    variables = dict(environment(url, project, credentials, ca))
    if shell != "dotenv":  # such a file is for other machines, and read when Python has started
        variables["PYTHONPATH"] = python_path()
    write(STDOUT, shell_lines(shell, variables))
