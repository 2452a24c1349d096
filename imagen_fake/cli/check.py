"""`imagen-fake check`: whether the service would take a request, without asking anybody."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import click

from imagen_fake import spec
from imagen_fake.cli.fake_options import request_options, to_config
from imagen_fake.cli.options import option
from imagen_fake.config import Config

EXIT_REFUSED, EXIT_FILTERED, EXIT_IGNORED = 1, 3, 4

PATHS = {
    dialect: path
    for path, place in spec.surface("openai").facts["paths"]["value"].items()
    for dialect in place["dialects"]
}
"""Where bodies of those dialects are sent, which name their model themselves."""


@click.command()
@click.argument("request", type=click.File("rb"), metavar="REQUEST.json")
@option("--model", help="The model that would be asked, where the request does not name it.")
@option(
    "--surface",
    type=click.Choice(["vertex", "gemini", *PATHS]),
    default="vertex",
    help="Where it would be asked.",
)
@option(
    "--fail-on",
    multiple=True,
    type=click.Choice(["filtered", "ignored"]),
    help="Exit with 3 if all pictures are filtered, with 4 if something is ignored; may be"
    " repeated.",
)
@option("--json", "as_json", is_flag=True, help="Print JSON.")
@request_options
def check(
    request: BinaryIO,
    model: str | None,
    surface: str,
    fail_on: Sequence[str],
    as_json: bool,
    **settings: Any,
) -> None:
    """Say whether the service would take a request, and what it would ignore.

    Exit code 1 if it is refused.
    """
    if (model is None) is (surface not in PATHS):
        problem = "the request names the model" if model else "say which model: --model ID"
        raise click.UsageError(f"With --surface {surface} {problem}.")
    result = check_request(surface, model, request.read(), to_config(**settings))
    click.echo(json.dumps(result, indent=2) if as_json else "\n".join(_lines(result)))
    raise SystemExit(_exit_code(result, fail_on))


def check_request(surface: str, model: str | None, raw: bytes, config: Config) -> dict[str, Any]:
    """The error that a body gets, or its task, model and counts, and the warnings about it."""
    from imagen_fake.pipeline.errors import ApiError, status
    from imagen_fake.pipeline.force import apply_prompt_directives, force
    from imagen_fake.predict import Target, understand
    from imagen_fake.safety.screen import screen
    from imagen_fake.surfaces.image_call import ImageBody

    body = ImageBody(PATHS[surface], raw, config) if surface in PATHS else None
    try:
        if body:
            call = body.understand()
        else:
            target = Target(spec.surface(surface), _resource(surface, str(model)))
            call = understand(target, raw, config)
        call = screen(force(apply_prompt_directives(call)))
    except ApiError as error:
        error_body = body.status(error) if body else status(error, spec.surface(surface))
        return {"taken": False, "error": error_body, "ignored": []}
    return {
        "taken": True,
        "task": call.task,
        "model": call.model.id,
        "pictures": len(call.verdicts),
        "filtered": sum(not verdict.passes for verdict in call.verdicts),
        "ignored": list(call.warnings),
    }


def _resource(surface: str, model: str) -> str:
    if surface == "gemini":
        return f"models/{model}"
    return f"projects/PROJECT/locations/LOCATION/publishers/google/models/{model}"


def _lines(result: Mapping[str, Any]) -> Sequence[str]:
    if not result["taken"]:
        error = result["error"]
        return [f"refused: {error['code']} {error['status']}", error["message"]]
    summary = "ok: {task} on {model}, {pictures} asked, {filtered} filtered".format_map(result)
    return [*(f"warning: {text}" for text in result["ignored"]), summary]


def _exit_code(result: Mapping[str, Any], fail_on: Sequence[str]) -> int:
    if not result["taken"]:
        return EXIT_REFUSED
    if "filtered" in fail_on and result["pictures"] and result["filtered"] == result["pictures"]:
        return EXIT_FILTERED
    return EXIT_IGNORED if "ignored" in fail_on and result["ignored"] else 0
