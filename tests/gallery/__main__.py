"""Draw the contact sheets."""

from pathlib import Path

import click

from tests.gallery import sheet, tasks

HERE = Path(__file__).parent


@click.command()
@click.option("--output", "-o", default=HERE, type=click.Path(path_type=Path), help="The folder.")
def main(output: Path) -> None:
    """Draw a page of pictures and a page with every task, the ones README shows by default."""
    for name, draw in (("sheet", sheet.draw), ("tasks", tasks.draw)):
        file = output / f"{name}.png"
        draw().save(file, optimize=True)
        click.echo(file)


main()
