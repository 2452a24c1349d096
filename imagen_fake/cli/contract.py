"""`imagen-fake contract`: hold the contract against the fake, a URL, or the real services."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imagen_fake import spec
from imagen_fake.cli.contract_target import LIVE, contract_target, with_pictures
from imagen_fake.cli.models import existing_model
from imagen_fake.cli.options import option, reject_found, reject_unused
from imagen_fake.cli.params import FolderPath, OutputPath, PairParam
from imagen_fake.cli.settle import settle
from imagen_fake.config import DEFAULT_PROJECT
from imagen_fake.server import signals
from imagen_fake.streams import STDOUT

if TYPE_CHECKING:
    from imagen_fake.contract.exchange import Case
    from imagen_fake.contract.selection import Selection


@click.group(invoke_without_command=True)
@option("--target", default="fake", help="fake, a URL, vertex, gemini or aiml.")
@option("--model", help="Only this model.")
@option("--task", help="Only this task.")
@option("--surface", type=click.Choice(list(spec.surfaces())), help="Only this surface.")
@option("--checks", metavar="NAME,...", help="Only these checks, relations and lists of probes.")
@option("--skip", metavar="NAME,...", help="All but these.")
@option("--examples", default=5, type=click.IntRange(0), help="Generated bodies of each kind.")
@option("--seed", default=0, help="Another seed, other generated bodies.")
@option("--budget-usd", "budget", default=1.0, type=click.FloatRange(0), help="Of a live run.")
@option("--dry-run", is_flag=True, help="Print what a live run would ask and cost, and stop.")
@option(
    "--resume",
    type=OutputPath(dash=False),
    help="Note there what was asked; leave out what is noted.",
)
@option("--record", type=FolderPath(writable=True), help="Write each exchange there as a cassette.")
@option(
    "--report",
    "reports",
    multiple=True,
    type=OutputPath(),
    help="Write .html, .json or JUnit's .xml; - is JSON on standard output. May be repeated.",
)
@option(
    "--picture",
    "pictures",
    multiple=True,
    type=PairParam(names_files=True),
    metavar="FIELD=FILE",
    help="Your own picture, such as personImage=me.jpg, in a live run. May be repeated.",
)
@option("--mutants", is_flag=True, help="Show that wrong fakes are noticed, too.")
@option("--coverage", is_flag=True, help="Print which facts no case touches, and stop.")
@option("--project", default=DEFAULT_PROJECT, help="Your project, for vertex.")
@option("--location", default="us-central1", help="Its location.")
def contract(
    target: str,
    model: str | None,
    task: str | None,
    surface: str | None,
    checks: str | None,
    skip: str | None,
    pictures: Sequence[str],
    coverage: bool,
    project: str,
    location: str,
    **settings: Any,
) -> None:
    """Ask every case of a target, and say what differs from the known facts.

    Exit code 0 only when nothing differs. A live run first asks what is refused for free, then
    spends no more than the budget, the cheapest models first.
    """
    if command := click.get_current_context().invoked_subcommand:
        every = {str(parameter.name) for parameter in contract.params}
        reject_unused(f"on {command}, whose options stand behind it", *every)
        return
    try:
        from imagen_fake.contract.cassettes.scrub import ScrubbedError
        from imagen_fake.contract.session import Options, Session
    except ImportError as error:
        raise click.ClickException(
            f"{error.name} is not installed: pip install 'imagen-fake[contract]'"
        ) from None
    if target in LIVE:
        reject_found("target", "spending money")
    _reject_unused(target, coverage, settings["dry_run"], settings["examples"])
    if coverage:
        _print_uncovered_facts()
    _check(settings["reports"])
    selection = _selection(checks, skip)
    echo = partial(click.echo, err=STDOUT in settings["reports"])
    signals.handle(signals.exit_on_signal)
    with contract_target(target, project, location, settings["dry_run"]) as resolved:
        available = _cases(target if target in LIVE else surface, model, task)  # it takes long
        cases = with_pictures(available, pictures)
        try:
            options = Options(**settings, selection=selection, thumbnails=not pictures)
            code = Session(resolved, cases, options, echo).run()
        except ScrubbedError as error:
            raise click.ClickException(str(error)) from None
        raise SystemExit(code)


contract.add_command(settle)


def _reject_unused(target: str, coverage: bool, dry_run: bool, examples: int) -> None:
    """Raise UsageError for an option that does nothing in such a run."""
    every = {str(parameter.name) for parameter in contract.params}
    if coverage:
        reject_unused("with --coverage, which looks at all cases", *every - {"coverage"})
    if dry_run:
        reject_unused(
            "with --dry-run",
            "record",
            "reports",
            "mutants",
            "checks",
            "skip",
            "project",
            "location",
        )
    if target in LIVE:
        reject_unused(f"on --target {target}", "examples", "seed", "surface")
    else:
        live = f"but on what costs money: --target {', '.join(LIVE)}"
        reject_unused(live, "dry_run", "resume", "budget", "pictures")
    if target != "vertex":
        reject_unused("but on --target vertex", "project", "location")
    if not examples:
        reject_unused("with --examples 0", "seed")


def _cases(surface: str | None, model: str | None, task: str | None) -> "list[Case]":
    from imagen_fake.contract.bodies.cases import cases, every_case

    chosen = (existing_model(model) if model else None, task, surface)
    selected = list(cases(*chosen) if any(chosen) else every_case())
    if not selected:
        raise click.UsageError("There is no such task, or that model or surface does not have it.")
    return selected


def _selection(checks: str | None, skip: str | None) -> "Selection":
    from imagen_fake.contract.selection import SelectionError, select

    try:
        return select(
            *((names or "").split(",") if names is not None else () for names in (checks, skip))
        )
    except SelectionError as error:
        raise click.UsageError(str(error)) from None


def _check(reports: Sequence[Path]) -> None:
    from imagen_fake.contract.report import RENDERERS

    for path in reports:
        if path.suffix not in RENDERERS and path != STDOUT:
            raise click.UsageError(f"{path.name}: a report ends in {', '.join(RENDERERS)}.")


def _print_uncovered_facts() -> None:
    from imagen_fake.contract.bodies.cases import every_case
    from imagen_fake.contract.coverage import uncovered_facts
    from imagen_fake.contract.facts.facts import all_facts

    uncovered = uncovered_facts(every_case())
    for fact in uncovered:
        click.echo(f"{fact.pointer} ({fact.grade})")
    click.echo(f"{len(uncovered)} of {len(all_facts())} facts are touched by no case")
    raise SystemExit(1 if uncovered else 0)
