"""The models and their limits as a person reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from imagen_fake import spec
from imagen_fake.spec import Model

SURFACE = "vertex"
HEADINGS = (
    "model", "tasks", "images", "prompt", "ratios", "2K", "negative prompt", "Vertex AI until",
    "Gemini API until",
)  # fmt: skip


def overview(as_of: date | None = None) -> str:
    """A table with one line per model; with a day, how each one stood on it."""
    rows = [_row(name, as_of) for name in spec.model_ids()]
    return _table([HEADINGS, *rows])


def describe(model_id: str) -> str:
    """Everything that is known of a model, a line per parameter, with the grade of each fact."""
    model = spec.model(model_id)
    assert model is not None  # noqa: S101
    return "\n".join(_description(model))


def _row(name: str, as_of: date | None) -> Sequence[str]:
    model = spec.model(name)
    assert model is not None  # noqa: S101
    schema = spec.request(model.id, model.tasks[-1], SURFACE).schema["$defs"]
    parameters = schema["parameters"]["properties"]
    images = parameters.get("sampleCount", {"minimum": 1, "maximum": 1})
    return (
        name if name == model.id else f"{name} = {model.id}",
        ", ".join(model.tasks),
        f"{images['minimum']}-{images['maximum']}",
        _tokens(schema["instance"]["properties"].get("prompt", {})),
        " ".join(parameters.get("aspectRatio", {}).get("enum", ["-"])),
        "yes" if "2K" in model.facts["sizes"] else "no",
        _tokens(parameters.get("negativePrompt", {})),
        _standing(model, as_of, SURFACE),
        _standing(model, as_of, "gemini"),
    )


def _tokens(text: Mapping[str, Any]) -> str:
    if "x-effect" in text:
        return "no effect"
    return f"{text['x-max-tokens']} tokens" if "x-max-tokens" in text else "-"


def _standing(model: Model, as_of: date | None, surface: str) -> str:
    """The last day of a model on a surface, or how it stood on a day."""
    cycle = model.life_cycle(surface)
    if not cycle:
        return "never there"
    day, retired = as_of.isoformat() if as_of else "", cycle.get("retired", "")
    if as_of is None:
        return retired or "-"
    if day < cycle.get("launched", ""):
        return f"not before {cycle['launched']}"
    if retired and day >= retired:
        return f"gone since {retired}"
    deprecated = "deprecated" in cycle and day >= cycle["deprecated"]
    return f"{retired or '-'}{', deprecated' if deprecated else ''}"


def _description(model: Model) -> Iterator[str]:
    cycle = model.life_cycle(SURFACE)
    quota = model.facts["quota"]
    yield f"{model.id}: {model.facts['title']}"
    yield f"retired on {cycle.get('retired', 'no known day')} ({cycle['x-grade']})"
    for name in sorted(set(model.facts["lifeCycle"]) - {SURFACE}):
        there = model.life_cycle(name)
        yield f"on {name} retired on {there.get('retired', 'no known day')} ({there['x-grade']})"
    yield f"{quota['requestsPerMinute']} requests per minute ({quota['x-grade']})"
    for task in model.tasks:
        schema = spec.request(model.id, task, SURFACE).schema["$defs"]
        yield f"\n{task}"
        rows = [*_parameters(schema["instance"]), *_parameters(schema["parameters"])]
        yield _table([("parameter", "values", "default", "grade"), *rows])
    if "1K" not in model.facts["sizes"]:
        return
    yield "\nsizes in pixels"
    for name in (key for key in model.facts["sizes"] if not key.startswith("x-")):
        sizes = spec.table("image_sizes")["sizes"][model.facts["sizes"][name]]
        ratios = ", ".join(f"{ratio} {w}x{h}" for ratio, (w, h) in sizes["value"].items())
        yield f"{name}: {ratios} ({sizes['x-grade']})"


def _parameters(schema: Mapping[str, Any], prefix: str = "") -> Iterator[Sequence[str]]:
    for name, parameter in schema["properties"].items():
        if "properties" in parameter and "x-effect" not in parameter:
            yield from _parameters(parameter, f"{prefix}{name}.")
        elif "properties" in parameter.get("items", {}):
            yield from _parameters(parameter["items"], f"{prefix}{name}[].")
        else:
            default = parameter.get("default", "")
            shown = str(default).lower() if isinstance(default, bool) else str(default)
            yield f"{prefix}{name}", _values(parameter), shown, parameter["x-grade"]


def _values(parameter: Mapping[str, Any]) -> str:
    if "x-effect" in parameter:
        return "no effect"
    if "not" in parameter:
        return "refused"
    if "enum" in parameter:
        return " ".join(parameter["enum"])
    if parameter.get("type") == "array":
        return _many(parameter)
    if "x-max-tokens" in parameter:
        return f"up to {parameter['x-max-tokens']} tokens"
    if "minimum" in parameter:
        return f"{parameter['type']} {_range(parameter)}"
    return str(parameter.get("type", "anything"))


def _many(parameter: Mapping[str, Any]) -> str:
    most = f"up to {parameter['maxItems']} " if "maxItems" in parameter else ""
    items = parameter.get("items", {})
    return f"list of {most}{_values(items)}"


def _range(parameter: Mapping[str, Any]) -> str:
    if "maximum" not in parameter:
        return f"from {parameter['minimum']}"
    return f"{parameter['minimum']} to {parameter['maximum']}"


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells as lines of text, the columns aligned."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
