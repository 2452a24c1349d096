"""The models and their limits as text or JSON: `imagen-fake models`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from sys import maxsize
from textwrap import fill
from typing import Any

from imagen_fake import spec
from imagen_fake.spec import Model

SURFACE = "vertex"
COLUMNS = ("parameter", "values", "default", "grade")
HEADINGS = (
    "model", "tasks", "images", "prompt", "ratios", "2K", "negative prompt", "Vertex AI until",
    "Gemini API until",
)  # fmt: skip


def overview(as_of: date | None = None, width: int = maxsize) -> str:
    """A line per model, or some where lines have that width; with a day, how each stood on it."""
    rows = [_row(summary) for summary in summaries(as_of)]
    return format_table([HEADINGS, *rows], width)


def describe(model_id: str, width: int = maxsize) -> str:
    """A model's life cycle, quota, parameters and sizes as text, each with its grade."""
    return "\n".join(_describe_lines(_model(model_id), width))


def summaries(as_of: date | None = None) -> list[dict[str, Any]]:
    """The rows of `overview` as JSON."""
    return [_summary(name, as_of) for name in spec.model_ids()]


def facts(model_id: str) -> dict[str, Any]:
    """What `describe` shows, as JSON: parameters by task, sizes as [width, height]."""
    model = _model(model_id)
    return {
        "id": model.name,
        "model": model.id,
        "title": model.facts["title"],
        "lifeCycle": model.facts["lifeCycle"],
        "quota": model.facts["quota"],
        "tasks": {
            task: [dict(zip(COLUMNS, row, strict=True)) for row in _rows(model, task)]
            for task in model.tasks
        },
        "sizes": {name: sizes["value"] for name, sizes in _sizes(model)},
    }


def _model(model_id: str) -> Model:
    model = spec.model(model_id)
    assert model is not None  # noqa: S101
    return model


def _summary(name: str, as_of: date | None) -> dict[str, Any]:
    model = _model(name)
    schema = spec.request(model.id, model.tasks[-1], SURFACE).schema["$defs"]
    parameters = schema["parameters"]["properties"]
    images = parameters.get("sampleCount", {"minimum": 1, "maximum": 1})
    return {
        "id": name,
        "model": model.id,
        "tasks": list(model.tasks),
        "images": [images["minimum"], images["maximum"]],
        "prompt": _tokens(schema["instance"]["properties"].get("prompt", {})),
        "aspectRatios": parameters.get("aspectRatio", {}).get("enum", []),
        "2K": "2K" in model.facts["sizes"],
        "negativePrompt": _tokens(parameters.get("negativePrompt", {})),
        "vertex": availability(model, as_of, SURFACE),
        "gemini": availability(model, as_of, "gemini"),
    }


def _row(summary: Mapping[str, Any]) -> Sequence[str]:
    name, model = summary["id"], summary["model"]
    return (
        name if name == model else f"{name} = {model}",
        ", ".join(summary["tasks"]),
        "{}-{}".format(*summary["images"]),
        summary["prompt"],
        " ".join(summary["aspectRatios"]) or "-",
        "yes" if summary["2K"] else "no",
        summary["negativePrompt"],
        summary["vertex"],
        summary["gemini"],
    )


def _tokens(text: Mapping[str, Any]) -> str:
    if "x-effect" in text:
        return "no effect"
    return f"{text['x-max-tokens']} tokens" if "x-max-tokens" in text else "-"


def availability(model: Model, as_of: date | None, surface: str) -> str:
    """The day on which a model retires from a surface, or its status on a given day."""
    cycle = model.life_cycle(surface)
    if not cycle:
        return "never there"
    day, retired = as_of.isoformat() if as_of else "", cycle.get("retired", "")
    if as_of is None:
        return retired or "-"
    if day < cycle["launched"]:
        return f"not before {cycle['launched']}"
    if retired and day >= retired:
        return f"gone since {retired}"
    deprecated = "deprecated" in cycle and day >= cycle["deprecated"]
    return f"{retired or '-'}{', deprecated' if deprecated else ''}"


def _describe_lines(model: Model, width: int) -> Iterator[str]:
    cycle = model.life_cycle(SURFACE)
    quota = model.facts["quota"]
    title = model.name if model.name == model.id else f"{model.name} = {model.id}"
    yield f"{title}: {model.facts['title']}"
    yield f"retired on {cycle.get('retired', 'no known day')} ({cycle['x-grade']})"
    for name in sorted(set(model.facts["lifeCycle"]) - {SURFACE}):
        other = model.life_cycle(name)
        yield f"on {name} retired on {other.get('retired', 'no known day')} ({other['x-grade']})"
    yield f"{quota['requestsPerMinute']} requests per minute ({quota['x-grade']})"
    for task in model.tasks:
        yield f"\n{task}"
        yield format_table([COLUMNS, *_rows(model, task)], width)
    tables = list(_sizes(model))
    if tables:
        yield "\nsizes in pixels"
    for name, sizes in tables:
        ratios = ", ".join(f"{ratio} {w}x{h}" for ratio, (w, h) in sizes["value"].items())
        yield wrap(f"{name}: {ratios} ({sizes['x-grade']})", width)


def _rows(model: Model, task: str) -> list[Sequence[str]]:
    schema = spec.request(model.id, task, SURFACE).schema["$defs"]
    return [*_parameters(schema["instance"]), *_parameters(schema["parameters"])]


def _sizes(model: Model) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The size names of a model, each with its entry in the table of pixel sizes."""
    if "1K" in model.facts["sizes"]:
        for name in (key for key in model.facts["sizes"] if not key.startswith("x-")):
            yield name, spec.table("image_sizes")["sizes"][model.facts["sizes"][name]]


def _parameters(schema: Mapping[str, Any], prefix: str = "") -> Iterator[Sequence[str]]:
    for name, parameter in schema["properties"].items():
        if "properties" in parameter and "x-effect" not in parameter:
            yield from _parameters(parameter, f"{prefix}{name}.")
        elif "properties" in parameter.get("items", {}):
            yield from _parameters(parameter["items"], f"{prefix}{name}[].")
        else:
            default = parameter.get("default", "")
            default_text = str(default).lower() if isinstance(default, bool) else str(default)
            yield f"{prefix}{name}", _values(parameter), default_text, parameter["x-grade"]


def _values(parameter: Mapping[str, Any]) -> str:
    if "x-effect" in parameter:
        return "no effect"
    if "not" in parameter:
        return "refused"
    if "enum" in parameter:
        return " ".join(parameter["enum"])
    if parameter.get("type") == "array":
        most = f"up to {parameter['maxItems']} " if "maxItems" in parameter else ""
        return f"list of {most}{_values(parameter.get('items', {}))}"
    if "x-max-tokens" in parameter:
        return f"up to {parameter['x-max-tokens']} tokens"
    if "minimum" in parameter:
        least, top = parameter["minimum"], parameter.get("maximum")
        return f"{parameter['type']} {f'from {least}' if top is None else f'{least} to {top}'}"
    return str(parameter.get("type", "anything"))


GAP = "  "


def format_table(rows: Sequence[Sequence[str]], width: int) -> str:
    """Rows of cells as lines of text, the columns aligned; else what is in them, row by row.

    The first row has the headings.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return "\n".join(_record(rows[0], row, width) for row in rows[1:])
    return "\n".join(
        GAP.join(cell.ljust(column) for cell, column in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _record(headings: Sequence[str], row: Sequence[str], width: int) -> str:
    cells = zip(headings[1:], row[1:], strict=True)
    details = "; ".join(f"{heading}: {cell}" for heading, cell in cells if cell)
    return f"{wrap(row[0], width)}\n{wrap(details, width, GAP)}"


def wrap(text: str, width: int, indent: str = "") -> str:
    """The text in lines of that width, those after the first indented."""
    return fill(
        text, width, initial_indent=indent, subsequent_indent=indent or GAP,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
