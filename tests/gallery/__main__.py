"""Draw the contact sheet."""

from pathlib import Path

import click

from tests.gallery.sheet import draw

SHEET = Path(__file__).with_name("sheet.png")


@click.command()
@click.option("--output", "-o", default=SHEET, type=click.Path(path_type=Path), help="The file.")
def main(output: Path) -> None:
    """Draw a page of pictures, the one README shows by default."""
    draw().save(output, optimize=True)
    click.echo(output)


main()
