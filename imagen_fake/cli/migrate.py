"""`imagen-fake migrate`: what becomes of calls of Imagen on its successors."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from imagen_fake import spec
from imagen_fake.cli.health import resolve_url, url_options
from imagen_fake.cli.models import suggestions, terminal_width
from imagen_fake.cli.options import option, reject_unused
from imagen_fake.cli.params import FolderPath
from imagen_fake.cli.verdict import project_name
from imagen_fake.streams import note

if TYPE_CHECKING:
    from imagen_fake.migration.answers import Answer
    from imagen_fake.migration.asked import Asked
    from imagen_fake.migration.migration import Migration

EXIT_REFUSED, EXIT_LOST = 1, 2
CONTENTS = spec.content_model_ids()
MAX_BYTES = 128 * 2**20
"""Of a request, as a fake takes them."""

SHOWN = 60
"""How many characters are printed of base64."""


@click.command()
@click.argument("request", type=click.File("rb"), metavar="REQUEST.json", required=False)
@option("--model", help="The model of Imagen, by id or URL, where the request does not name it.")
@option("--to", help="The model to call instead; else the default one of the day.")
@option(
    "--surface",
    type=click.Choice(["gemini", "vertex"]),
    help="Where the new calls go; else where the request does, as far as it says so, or gemini.",
)
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Which models there were on that day.")
@option("--accept-loss", is_flag=True, help="Exit with 0 although something is lost.")
@option("--try", "try_both", is_flag=True, help="Ask a fake both; answers side by side.")
@option("--out", type=FolderPath(writable=True), help="With --try: where to write the pictures.")
@option("--journal", is_flag=True, help="Move all calls that a running fake remembers instead.")
@url_options
@option(
    "--for-project",
    metavar="NAME",
    callback=lambda _context, _option, name: project_name(name),
    help="With --journal: only calls of this project.",
)
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def migrate(request: BinaryIO | None, journal: bool, accept_loss: bool, **settings: Any) -> None:
    """Turn a call of Imagen into the calls that take its place.

    REQUEST.json is a body of :predict, or {"url": …, "body": …}; - is standard input. Exit code 1
    if the request is refused, 2 if something is lost.
    """
    if (request is None) is not journal:
        raise click.UsageError("Say which request: REQUEST.json, - for standard input or --journal")
    code = _move_journal(**settings) if request is None else _move_request(request, **settings)
    raise SystemExit(0 if code == EXIT_LOST and accept_loss else code)


def _move_journal(
    to: str | None,
    surface: str | None,
    as_of: datetime | None,
    url: str,
    ready_file: Path | None,
    for_project: str | None,
    as_json: bool,
    **_: Any,
) -> int:
    from imagen_fake.cli.migrate_journal import has_loss, read_survey

    reject_unused("with --journal", "model", "try_both", "out")
    if to is not None and to not in CONTENTS:
        hint = f" Did you mean {' or '.join(suggestions(to, CONTENTS)) or CONTENTS[-1]}?"
        raise click.UsageError(f"--to {to!r:.80} is no model of generateContent.{hint}")
    day = as_of.date().isoformat() if as_of else None
    query = {"to": to, "surface": surface, "as_of": day, "project": for_project}
    text, found = read_survey(resolve_url(url, ready_file), query)
    click.echo(json.dumps(found, indent=2) if as_json else text)
    return EXIT_LOST if has_loss(found) else 0


def _move_request(
    request: BinaryIO,
    model: str | None,
    to: str | None,
    surface: str | None,
    as_of: datetime | None,
    try_both: bool,
    out: Path | None,
    as_json: bool,
    **_: Any,
) -> int:
    reject_unused("without --journal", "url", "ready_file", "for_project")
    if not try_both:
        reject_unused("without --try", "out")
    call = read_call(request, model or "")
    where = surface or call.surface or "gemini"
    moved = _moved(call, to, where, as_of)
    tried = _tried(moved, call, where, out) if try_both and moved.error is None else []
    if as_json:
        asked = {"tried": [one.to_json() for one in tried]} if tried else {}
        click.echo(json.dumps({**moved.to_json(), **asked}, indent=2))
    else:
        click.echo("\n".join(lines(moved, to)))
        _show(tried)
    if moved.error is not None:
        return EXIT_REFUSED
    return EXIT_LOST if moved.lost else 0


def read_request(request: BinaryIO) -> bytes:
    """What is in a file. Raises ClickException for one that is too large, or cannot be read."""
    try:
        raw = request.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"The request cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise click.ClickException(f"A request may have {MAX_BYTES >> 20} MB; this has more.")
    return raw


def read_call(request: BinaryIO, place: str) -> "Asked":
    """The call in a file. Raises UsageError where nobody says which model is meant."""
    from imagen_fake.migration.asked import asked

    call = asked(read_request(request), place)
    if not call.model and call.readable:
        raise click.UsageError("Say which model is asked: --model ID, or --model URL.")
    return call


def _moved(call: "Asked", to: str | None, surface: str, as_of: datetime | None) -> "Migration":
    from imagen_fake.migration.migrate import migrate

    day = as_of.date() if as_of else None
    return migrate(call.body, call.model, to=to, surface=surface, as_of=day)


def _tried(moved: "Migration", call: "Asked", surface: str, out: Path | None) -> "list[Answer]":
    from imagen_fake.cli.migrate_try import answers, save

    tried = answers(moved, call.body, call.surface or surface)
    if out:
        for file in save(tried, out):
            note(f"{file}", err=True)
    return tried


def _show(tried: "list[Answer]") -> None:
    from imagen_fake.cli.migrate_try import side_by_side

    if tried:
        click.echo(f"\n{side_by_side(tried, terminal_width())}")


def lines(moved: "Migration", to: str | None) -> Iterator[str]:
    """A migration as text: the report, then the calls to make, long base64 cut short."""
    from imagen_fake.verdict.report import printable

    yield from map(printable, str(moved).splitlines())
    if moved.error is not None and moved.error["status"] == "NOT_FOUND":
        yield from _meant(moved.model, to)
    for call in moved.calls:
        yield f"\nPOST {call.path}"
        yield json.dumps(shortened(call.body), indent=2)


def _meant(model: str, to: str | None) -> Iterator[str]:
    """The ids that an unknown one is like."""
    unknown = (model, spec.model_ids()) if spec.model(model) is None else (to or "", CONTENTS)
    if similar := suggestions(*unknown):
        yield f"Did you mean {' or '.join(similar)}?"


def shortened(node: Any, key: str = "") -> Any:
    """The JSON, the beginning of each long text of base64 in its place."""
    if isinstance(node, dict):
        return {name: shortened(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [shortened(value) for value in node]
    if key in ("data", "bytesBase64Encoded") and len(node) > SHOWN:
        return f"{node[:SHOWN]}… ({len(node)} characters)"
    return node
