"""The command that writes the OpenAPI document."""

import json
from pathlib import Path

import click

from imagen_fake.options import Output, option

SURFACES = ("vertex", "gemini", "aiml", "openai")


@click.command()
@option("--surface", type=click.Choice(SURFACES), help="Only this one.  [default: all of them]")
@option("--base-url", "base", help="The URL of the server that is described.")
@option("--output", "-o", type=Output(), help="The file.")
def openapi(surface: str | None, base: str | None, output: Path | None) -> None:
    """Write what the service takes and answers as an OpenAPI 3.1 document."""
    from imagen_fake.openapi import document

    text = json.dumps(document(surface, base), indent=2, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")
