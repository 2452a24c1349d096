"""`python -m tests.mutation`: which share of random faults in the code the kit convicts."""

import json
from pathlib import Path

import click


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--count", default=200, help="So many mutants.")
@click.option("--seed", default=1, help="Another seed, other mutants.")
@click.option("--workers", default=1, help="Processes that judge; each serves mutants in another.")
@click.option("--limit", default=300, help="Units of the kit to ask of each mutant; 0: the kit.")
@click.option("--seconds", default=120.0, help="The longest time for a mutant.")
@click.option("--only", multiple=True, help="Only the mutant of this name. May be repeated.")
@click.option(
    "--reach",
    "file",
    type=click.Path(path_type=Path),
    help="What each unit reaches; made if there is no such file, which takes some minutes.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write verdicts there as JSON.")
def main(
    count: int,
    seed: int,
    workers: int,
    limit: int,
    seconds: float,
    only: tuple[str, ...],
    file: Path | None,
    report: Path | None,
) -> None:
    """Put random faults into the pipeline, the tasks and the surfaces, and hold the kit to them."""
    # Here, because each mutant's process imports this module again.
    from tests.mutation import reach
    from tests.mutation.draw import draw
    from tests.mutation.judge import Verdict, judge, select
    from tests.mutation.mutant import Mutant
    from tests.mutation.report import as_json, lines, progress
    from tests.mutation.units import units
    from tests.mutation.work import judge_all

    listed = list(units())
    if file and file.exists():
        reached = reach.load(file)
    else:
        click.echo("measuring what each unit reaches ...", err=True)
        reached = reach.measure(listed)
        if file:
            reach.save(reached, file)
    mutants = [one for one in draw(count, seed) if one.name in only or not only]
    verdicts = list[Verdict]()

    def verdict_on(mutant: Mutant) -> Verdict:
        return judge(mutant, select(mutant, listed, reached, limit), reached, seconds)

    for verdict in judge_all(mutants, verdict_on, workers):
        click.echo(progress(verdict), err=True)
        verdicts.append(verdict)
    for line in lines(verdicts):
        click.echo(line)
    if report:
        report.write_text(json.dumps(as_json(verdicts), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
