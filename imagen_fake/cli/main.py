"""The command line. Flags and `IMAGEN_FAKE_…` variables are read here and nowhere else."""

from pathlib import Path
from typing import Any

import click

from imagen_fake.cli.access import (
    credentials,
    env,
    forward_options,
    tls_certificate,
    tls_options,
    upstream,
    warn_if_no_storage,
    warn_if_public,
)
from imagen_fake.cli.check import check
from imagen_fake.cli.config import config
from imagen_fake.cli.contract import contract
from imagen_fake.cli.fake_options import fake_options, keys_option, load_fonts, to_config
from imagen_fake.cli.group import CliGroup
from imagen_fake.cli.health import health
from imagen_fake.cli.migrate import migrate
from imagen_fake.cli.models import DEFAULT_MODEL, models
from imagen_fake.cli.openapi import openapi
from imagen_fake.cli.options import option
from imagen_fake.cli.params import OutputPath
from imagen_fake.cli.render import render
from imagen_fake.cli.run import run
from imagen_fake.cli.verdict import verdict
from imagen_fake.config import ConfigError
from imagen_fake.server import signals
from imagen_fake.streams import STDOUT, note
from imagen_fake.version import __version__

QUICK_START = """\
from google import genai; from google.oauth2.credentials import Credentials
client = genai.Client(vertexai=True, project="p", location="us-central1", credentials=Credentials("x"), http_options={{"base_url": "{url}"}})
client.models.generate_images(model="{model}", prompt="a red apple").generated_images[0].image.save("apple.png")"""  # noqa: E501


@click.group(cls=CliGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="imagen-fake")
def main() -> None:
    """An offline stand-in for Google's Imagen API."""


COMMANDS = (
    check, config, contract, credentials, env, health, migrate, models, openapi, render, run,
    verdict,
)  # fmt: skip

for command in COMMANDS:
    main.add_command(command)


@main.command()
@option("--host", default="127.0.0.1", help="The address to listen on.")
@option("--port", default=8787, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@option("--grpc-port", type=click.IntRange(0, 65535), help="Answer gRPC there too; 0: a free one.")
@option(
    "--ready-file",
    type=OutputPath(),
    help="Write {url} there while it listens; - is standard output.",
)
@fake_options
@keys_option
@tls_options
@forward_options
def serve(
    host: str,
    port: int,
    grpc_port: int | None,
    ready_file: Path | None,
    fonts: tuple[Path, ...],
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_names: tuple[str, ...],
    forward: str | None,
    forward_credentials: bool,
    **settings: Any,
) -> None:
    """Answer Imagen calls over HTTP until interrupted."""
    from imagen_fake.server.http import serve
    from imagen_fake.server.ready_file import ready_file_writer

    load_fonts(fonts)

    def ready(url: str, grpc_port: int | None) -> None:
        announce({"url": url} if grpc_port is None else {"url": url, "grpcPort": grpc_port})
        grpc = "" if grpc_port is None else f", gRPC on port {grpc_port}"
        others = f"\nWhat is not its own goes on to {origin}" if origin else ""
        heading = (
            f"imagen-fake {__version__} listens on {url}{grpc}{others}\n\nPoint a client at it:\n\n"
        )
        note(heading + QUICK_START.format(url=url, model=DEFAULT_MODEL), err=ready_file == STDOUT)

    config = to_config(**settings)
    try:
        server_certificate = tls_certificate(settings["keys"], tls, tls_cert, tls_key, tls_names)
        origin = upstream(forward, forward_credentials)
        warn_if_public(host)
        if config.storage is None:
            warn_if_no_storage()
        received = signals.note()
        with ready_file_writer(ready_file) as announce:
            serve(
                config,
                host,
                port,
                ready,
                server_certificate,
                grpc_port,
                tls_names,
                received,
                origin,
            )
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
