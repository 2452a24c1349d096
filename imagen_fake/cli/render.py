"""`imagen-fake render`: one picture, and the fonts that captions may use."""

import json
from pathlib import Path

import click

from imagen_fake import spec
from imagen_fake.cli.fake_options import caption_option, font_option, load_fonts
from imagen_fake.cli.models import DEFAULT_MODEL, existing_model
from imagen_fake.cli.options import option, reject_unused
from imagen_fake.cli.params import OutputPath
from imagen_fake.config import Config, Switch
from imagen_fake.streams import STDOUT, note, write


@click.command()
@click.argument("prompt")
@option(
    "--output",
    "-o",
    default="out.png",
    type=OutputPath(),
    help="The file; its ending chooses the format. - is standard output, in PNG.",
)
@option("--model", default=DEFAULT_MODEL, help="The model.")
@option("--aspect-ratio", default="1:1", help="Such as 16:9.")
@option("--image-size", help="1K or 2K.")
@option("--seed", type=int, help="Another seed, another picture.")
@caption_option
@font_option
def render(
    prompt: str,
    output: Path,
    model: str,
    aspect_ratio: str,
    image_size: str | None,
    seed: int | None,
    caption: Switch,
    fonts: tuple[Path, ...],
) -> None:
    """Draw the picture of a prompt into a file."""
    if caption == "off":
        reject_unused("with --caption off", "fonts")
    load_fonts(fonts)
    from imagen_fake.pipeline.errors import ApiError, status
    from imagen_fake.pipeline.force import apply_prompt_directives
    from imagen_fake.predict import Target, draw, understand

    surface = spec.surface("vertex")
    parameters = {
        "sampleCount": 1, "aspectRatio": aspect_ratio, "sampleImageSize": image_size,
        "seed": seed, "addWatermark": seed is None,
        "outputOptions": {"mimeType": _mime_type(output)},
    }  # fmt: skip
    body = json.dumps({"instances": [{"prompt": prompt}], "parameters": parameters}).encode()
    try:
        target = Target(surface, f"models/{existing_model(model)}")
        call = apply_prompt_directives(understand(target, body, Config(caption=caption)))
        images = draw(call, lambda _, pictures: pictures)
    except ApiError as error:
        raise click.ClickException(status(error, surface)["message"]) from None
    for warning in call.warnings:
        if any(name in warning for name in ("aspectRatio", "sampleImageSize")):
            note(f"warning: {warning}", err=True)
    image = images[0].image if images else None
    if image is None:
        raise click.ClickException("The safety filter filtered the picture; try other words.")
    write(output, image)
    if output != STDOUT:
        note(f"{output}: {len(image)} bytes")


def _mime_type(file: Path) -> str:
    types: dict[str, str] = spec.table("mime_types")["types"]
    ending = "png" if file == STDOUT else file.suffix.lower().removeprefix(".")
    if ending not in types:
        raise click.UsageError(f"{file}: end it in one of {', '.join(types)}")
    return types[ending]
