"""The models of `generateContent` as text or JSON: the second part of `imagen-fake models`."""

from collections.abc import Mapping
from datetime import date
from sys import maxsize
from typing import Any

from imagen_fake import spec
from imagen_fake.cli.model_report import availability, format_table, wrap

HEADINGS = ("model", "ratios", "sizes", "locations", "Vertex AI until", "Gemini API until")


def content_overview(as_of: date | None = None, width: int = maxsize) -> str:
    """A row for each model; with a day, how each stood on it."""
    rows = [_row(content_summary(name, as_of)) for name in spec.content_model_ids()]
    return format_table([HEADINGS, *rows], width)


def content_summary(name: str, as_of: date | None = None) -> dict[str, Any]:
    """A model's ratios, sizes, places and life cycle as JSON."""
    model = spec.content_model(name)
    assert model is not None  # noqa: S101
    images = model.facts["tasks"]["content"].get("imageConfig", {})
    return {
        "id": name,
        "model": model.id,
        "tasks": list(model.tasks),
        "aspectRatios": images.get("aspectRatio", {}).get("enum", []),
        "imageSizes": images.get("imageSize", {}).get("enum", []),
        "locations": list(model.facts["locations"]["value"]),
        "vertex": availability(model, as_of, "vertex"),
        "gemini": availability(model, as_of, "gemini"),
    }


def content_facts(name: str) -> dict[str, Any]:
    """The facts of a model, each with grade and source."""
    model = spec.content_model(name)
    assert model is not None  # noqa: S101
    return {"id": name, "model": model.id, **model.facts}


def describe_content(name: str, width: int = maxsize) -> str:
    """A model's row in lines of text."""
    rows = zip(HEADINGS[1:], _row(content_summary(name))[1:], strict=True)
    title = content_facts(name)["title"]
    return "\n".join([f"{name}: {title}", *(wrap(f"{head}: {cell}", width) for head, cell in rows)])


def _row(summary: Mapping[str, Any]) -> tuple[str, ...]:
    name, model = summary["id"], summary["model"]
    return (
        name if name == model else f"{name} = {model}",
        " ".join(summary["aspectRatios"]) or "-",
        " ".join(summary["imageSizes"]) or "-",
        " ".join(summary["locations"]) or "-",
        summary["vertex"],
        summary["gemini"],
    )
