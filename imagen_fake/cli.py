"""The command line. Flags and `IMAGEN_FAKE_…` variables are read here and nowhere else."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

import click

from imagen_fake import __version__, spec
from imagen_fake.cli_access import (
    admitting,
    certificate,
    credentials,
    env,
    keyed,
    opening,
    securing,
    warn_of_network,
)
from imagen_fake.cli_contract import contract
from imagen_fake.cli_describe import openapi
from imagen_fake.cli_run import run
from imagen_fake.config import Config, ConfigError
from imagen_fake.options import Command, configured, option, ruled, to_config

POINTER = """\
from google import genai; from google.oauth2.credentials import Credentials
client = genai.Client(vertexai=True, project="p", location="us-central1", credentials=Credentials("x"), http_options={{"base_url": "{url}"}})
client.models.generate_images(model="{model}", prompt="a red apple").generated_images[0].image.save("apple.png")"""  # noqa: E501


def served(pair: str) -> tuple[str, str]:
    """The endpoint and the model of `ID=MODEL`."""
    endpoint, equals, model = pair.partition("=")
    if not endpoint or not equals:
        raise click.BadParameter(f"{pair!r} is not ID=MODEL.")
    return endpoint, _known(model)


def stored(
    context: click.Context, parameter: click.Parameter, where: str | None
) -> Path | Literal["gs"] | None:
    """The folder of that name, unless it is `gs`."""
    if where is None:
        return None
    if where == "gs":
        return "gs"
    kind = click.Path(file_okay=False, writable=True, path_type=Path)
    return Path(kind.convert(where, parameter, context))


def lettered(command: Command) -> Command:
    """Give a command the option that adds fonts."""
    return option(
        "--font",
        "fonts",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A font file for characters the built-in fonts lack; may be repeated.",
    )(command)


def use(fonts: tuple[Path, ...]) -> None:
    """Let captions use these font files."""
    if fonts:
        from imagen_fake.imaging.fonts import use_fonts

        try:
            use_fonts(fonts)
        except ValueError as error:
            raise click.UsageError(str(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="imagen-fake")
def main() -> None:
    """An offline stand-in for Google's Imagen API."""


main.add_command(credentials)
main.add_command(env)
main.add_command(run)
main.add_command(contract)
main.add_command(openapi)


@main.command()
@option("--host", default="127.0.0.1", help="The address to listen on.")
@option("--port", default=8787, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@option("--grpc-port", type=click.IntRange(0, 65535), help="Answer gRPC there too; 0: a free one.")
@option("--ready-file", type=click.Path(path_type=Path), help="Write {url} there when ready.")
@option("--vary-unseeded", is_flag=True, help="Another picture for each call without a seed.")
@option("--cache-mb", default=64, type=click.IntRange(0), help="Memory for kept answers.")
@option("--journal-mb", default=32, type=click.IntRange(0), help="Memory for calls made.")
@option("--max-body-mb", default=128, type=click.IntRange(1), help="The largest request body.")
@option(
    "--endpoint",
    "endpoints",
    multiple=True,
    callback=lambda _context, _option, pairs: dict(map(served, pairs)),
    metavar="ID=MODEL",
    help="Serve a model as a tuned one at …/endpoints/ID; may be repeated.",
)
@option(
    "--storage",
    callback=stored,
    metavar="DIR|gs",
    help="The folder for Cloud Storage, else a temporary one; gs: the real Cloud Storage.",
)
@lettered
@ruled
@configured
@admitting
@opening
@keyed
@securing
def serve(
    host: str,
    port: int,
    grpc_port: int | None,
    ready_file: Path | None,
    cache_mb: int,
    journal_mb: int,
    max_body_mb: int,
    fonts: tuple[Path, ...],
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_names: tuple[str, ...],
    **settings: Any,
) -> None:
    """Answer Imagen calls over HTTP until interrupted."""
    from imagen_fake.server import serve

    use(fonts)

    def ready(url: str, grpc_port: int | None) -> None:
        doors = {"url": url} if grpc_port is None else {"url": url, "grpcPort": grpc_port}
        if ready_file:
            ready_file.write_text(json.dumps(doors) + "\n", encoding="utf-8")
        told = "" if grpc_port is None else f", gRPC on port {grpc_port}"
        click.echo(f"imagen-fake {__version__} listens on {url}{told}\n\nPoint a client at it:\n")
        click.echo(POINTER.format(url=url, model=_newest_model()))

    config = to_config(
        cache_bytes=cache_mb * 2**20,
        journal_bytes=journal_mb * 2**20,
        max_body_bytes=max_body_mb * 2**20,
        **settings,
    )
    try:
        chosen = certificate(settings["keys"], tls, tls_cert, tls_key, tls_names)
        warn_of_network(host)
        serve(config, host, port, ready, chosen, grpc_port, tls_names)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None


@main.command()
@click.argument("model_id", required=False, metavar="[ID]")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="How the models were on that day.")
def models(model_id: str | None, as_of: datetime | None) -> None:
    """Show every model and its limits, or everything about one."""
    from imagen_fake import limits

    if model_id is None:
        click.echo(limits.overview(as_of.date() if as_of else None))
    else:
        click.echo(limits.describe(_known(model_id)))


@main.command()
@click.argument("request", type=click.File("rb"), metavar="REQUEST.json")
@option("--model", required=True, help="The model that would be asked.")
@configured
def check(request: BinaryIO, model: str, **settings: Any) -> None:
    """Say whether the service would take a request, and what it would ignore.

    Exit code 1 if it is refused.
    """
    from imagen_fake.errors import ApiError, status
    from imagen_fake.predict import Target, understand
    from imagen_fake.safety import screen

    target = Target(spec.surface("vertex"), _resource(model))
    try:
        call = screen(understand(target, request.read(), to_config(**settings)))
    except ApiError as error:
        shown = status(error, target.surface)
        click.echo(f"refused: {shown['code']} {shown['status']}\n{shown['message']}")
        raise SystemExit(1) from None
    for warning in call.warnings:
        click.echo(f"warning: {warning}")
    filtered = sum(not verdict.passes for verdict in call.verdicts)
    click.echo(
        f"ok: {call.task} on {call.model.id}, {len(call.verdicts)} asked, {filtered} filtered"
    )


@main.command()
@click.argument("prompt")
@option("--output", "-o", default="out.png", type=click.Path(path_type=Path), help="The file.")
@option("--model", default=lambda: _newest_model(), help="The model.  [default: Imagen 4]")
@option("--aspect-ratio", default="1:1", help="Such as 16:9.")
@option("--image-size", help="1K or 2K.")
@option("--seed", type=int, help="Another seed, another picture.")
@lettered
def render(
    prompt: str,
    output: Path,
    model: str,
    aspect_ratio: str,
    image_size: str | None,
    seed: int | None,
    fonts: tuple[Path, ...],
) -> None:
    """Draw the picture of a prompt into a file; its ending chooses the format."""
    use(fonts)
    from imagen_fake.errors import ApiError, status
    from imagen_fake.predict import Target, picture

    target = Target(spec.surface("vertex"), _resource(model))
    parameters = {
        "sampleCount": 1, "aspectRatio": aspect_ratio, "sampleImageSize": image_size,
        "seed": seed, "addWatermark": seed is None,
        "outputOptions": {"mimeType": _mime_type(output)},
    }  # fmt: skip
    body = json.dumps({"instances": [{"prompt": prompt}], "parameters": parameters}).encode()
    try:
        image = picture(target, body, Config())
    except ApiError as error:
        raise click.ClickException(status(error, target.surface)["message"]) from None
    if image is None:
        raise click.ClickException("The safety filter filtered the picture; try other words.")
    output.write_bytes(image)
    click.echo(f"{output}: {len(image)} bytes")


def _newest_model() -> str:
    """The model that examples use: the last launched, the plain one of its family."""
    known = {name: spec.read(f"models/{name}.json") for name in spec.model_ids()}
    launched = {
        name: facts["lifeCycle"]["vertex"].get("launched", "")
        for name, facts in known.items()
        if "generate" in facts.get("tasks", ())
    }
    newest = [name for name, day in launched.items() if day == max(launched.values())]
    return min(newest, key=lambda name: len(known[name]["title"]))


def _known(model_id: str) -> str:
    if spec.model(model_id) is None:
        raise click.UsageError(f"no model {model_id!r}; `imagen-fake models` lists them")
    return model_id


def _resource(model_id: str) -> str:
    return f"projects/PROJECT/locations/LOCATION/publishers/google/models/{model_id}"


def _mime_type(file: Path) -> str:
    types: dict[str, str] = spec.table("mime_types")["types"]
    ending = file.suffix.lower().removeprefix(".")
    if ending not in types:
        raise click.UsageError(f"{file}: end it in one of {', '.join(types)}")
    return types[ending]
