"""The command that writes the OpenAPI document."""

import json
from pathlib import Path

import click

from imagen_fake import spec
from imagen_fake.cli.options import option
from imagen_fake.cli.params import OutputPath
from imagen_fake.streams import write


@click.command()
@option(
    "--surface", type=click.Choice(spec.surfaces()), help="Only this one.  [default: all of them]"
)
@option("--base-url", "base", help="The URL of the server that is described.")
@option("--output", "-o", type=OutputPath(), default="-", help="The file; - is standard output.")
def openapi(surface: str | None, base: str | None, output: Path) -> None:
    """Write what the service takes and answers as an OpenAPI 3.1 document."""
    from imagen_fake.openapi import document

    text = json.dumps(document(surface, base), indent=2, ensure_ascii=False)
    write(output, f"{text}\n")
