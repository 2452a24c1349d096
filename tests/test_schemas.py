"""Every fact file: its shape, its grades, its sources."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from imagen_fake import spec
from imagen_fake.contract.settle.support import unsupported
from imagen_fake.json_tree import Path as Steps
from imagen_fake.json_tree import objects
from tests.conftest import GENERATING
from tests.sweep import sweep

GRADES = {"recorded", "fixture", "reported", "documented", "assumed"}
FILES = sorted(str(path.relative_to(spec.ROOT)) for path in spec.ROOT.rglob("*.json"))
THREAD = re.compile(r"github:[\w.-]+/[\w.-]+#\d+")
RECORDING = re.compile(r"(cassettes/\w+/[\w.-]+\.yaml)@(\d{4}-\d\d-\d\d)")
REPOSITORY = Path(__file__).parent.parent


def graded(name: str) -> list[tuple[Steps, Any]]:
    return [(path, node) for path, node in objects(spec.read(name)) if "x-grade" in node]


def facts() -> Iterator[Any]:
    for name in FILES:
        for path, fact in graded(name):
            yield pytest.param(fact, id=f"{name}:{'.'.join(map(str, path))}")


@sweep("name", FILES)
def test_a_file_is_named_by_its_id(name: str) -> None:
    assert spec.read(name)["$id"] == f"https://imagen-fake.example/schemas/{name}"


@sweep("name", [file for file in FILES if file != "tables/sources.json"])
def test_a_file_holds_graded_facts(name: str) -> None:
    assert graded(name)


@sweep("fact", list(facts()))
def test_a_fact_has_a_known_grade(fact: Any) -> None:
    assert fact["x-grade"] in GRADES


@sweep("fact", list(facts()))
def test_a_fact_names_its_sources_or_says_why_it_is_assumed(fact: Any) -> None:
    if fact["x-grade"] == "assumed":
        assert fact["x-note"]
        return
    sources = fact["x-source"]
    for source in [sources] if isinstance(sources, str) else sources:
        assert (
            source in spec.table("sources")["sources"]
            or THREAD.fullmatch(source)
            or RECORDING.fullmatch(source)
        )


def test_a_recording_that_a_fact_names_is_there_and_shows_it() -> None:
    assert list(unsupported(REPOSITORY)) == []


@sweep("model_id", spec.model_ids())
def test_a_model_has_a_launch_and_every_later_day_in_order(model_id: str) -> None:
    model = spec.model(model_id)
    assert model is not None
    for surface in model.facts["lifeCycle"]:
        cycle = model.life_cycle(surface)
        days = [cycle[event] for event in ("launched", "deprecated", "retired") if event in cycle]
        assert "launched" in cycle
        assert days == sorted(set(days))
        assert [date.fromisoformat(day).isoformat() for day in days] == days


@sweep("name", [file for file in FILES if file.startswith("tasks/")])
def test_every_parameter_of_a_task_is_a_graded_fact(name: str) -> None:
    for part in ("instance", "parameters"):
        task = name.removeprefix("tasks/").removesuffix(".json")
        for parameter in spec.task_schema(task)["$defs"][part]["properties"].values():
            assert "x-grade" in parameter


@sweep("model_id", spec.model_ids())
def test_a_model_narrows_only_parameters_that_its_tasks_have(model_id: str) -> None:
    for task, layer in spec.read(f"models/{model_id}.json").get("tasks", {}).items():
        base = spec.read(f"tasks/{task}.json")["$defs"]
        for part in layer.keys() & {"instance", "parameters"}:
            parameters = layer[part]
            assert parameters.keys() <= base[part]["properties"].keys()


LIMITS = ("x-max-tokens", "x-effect", "not", "default", "enum")


def narrowings() -> Iterator[Any]:
    """What a model narrows in one of its tasks, and each other task that has the field."""
    for model_id in spec.model_ids():
        tasks = spec.read(f"models/{model_id}.json").get("tasks", {})
        for task, other in permutations(tasks, 2):
            for name, narrowed in tasks[task].get("parameters", {}).items():
                there = spec.task_schema(other)["$defs"]["parameters"]["properties"].get(name, {})
                if there and "x-effect" not in there and name != "sampleCount":
                    yield pytest.param(
                        model_id, other, name, narrowed, id=f"{model_id}-{other}-{name}"
                    )


@sweep(("model_id", "task", "name", "narrowed"), list(narrowings()))
def test_a_limit_of_a_model_holds_for_every_task_of_it(
    model_id: str, task: str, name: str, narrowed: Any
) -> None:
    found = spec.request(model_id, task, "vertex").schema["$defs"]["parameters"]["properties"][name]
    said = {key: value for key, value in narrowed.items() if key in LIMITS and value is not None}
    assert {key: found.get(key) for key in said} == said


@sweep("model_id", spec.model_ids())
def test_a_merged_request_is_a_valid_json_schema(model_id: str) -> None:
    model = spec.model(model_id)
    assert model
    for task in model.tasks:
        schema = dict(spec.request(model.id, task, "vertex").schema)
        assert jsonschema_rs.meta.is_valid(schema)


@sweep("model_id", GENERATING)
def test_every_ratio_of_a_model_has_a_size_in_every_resolution(model_id: str) -> None:
    model = spec.model(model_id)
    assert model
    properties = spec.request(model.id, "generate", "vertex").schema["$defs"]["parameters"][
        "properties"
    ]
    size = properties["sampleImageSize"]
    for resolution in ["1K"] if "x-effect" in size else size["enum"]:
        for ratio in properties["aspectRatio"]["enum"]:
            assert min(model.size(resolution, ratio)) >= 768


@sweep("model_id", spec.content_model_ids())
def test_a_model_of_contents_has_its_days_in_order_and_sizes_that_there_are(model_id: str) -> None:
    model = spec.content_model(model_id)
    assert model is not None
    for surface in model.facts["lifeCycle"]:
        cycle = model.life_cycle(surface)
        days = [cycle[event] for event in ("launched", "deprecated", "retired") if event in cycle]
        assert days == sorted(set(days))
        assert days[0] == cycle["launched"]
        assert cycle.get("error", "model_not_found") in spec.read("errors.json")["errors"]
    tables = spec.read("content/sizes.json")["sizes"]
    assert set(model.facts["sizes"]["value"].values()) <= tables.keys()
    profiles = spec.table("picture_profiles")["profiles"]
    for output in model.facts["output"].values():
        names = {key: name for key, name in output["value"].items() if key != "mimeType"}
        assert set(names.values()) <= profiles.keys()


def test_sources_are_complete() -> None:
    for source in spec.table("sources")["sources"].values():
        assert {"what", "url", "date"} <= source.keys()


def test_every_error_id_that_a_schema_names_has_words() -> None:
    words = spec.read("errors.json")["errors"]

    def named(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from node.get("x-errors", {}).values()
            yield from (node.get("x-restricted") or {}).values()
            for child in node.values():
                yield from named(child)
        elif isinstance(node, list):
            for child in node:
                yield from named(child)

    for name in FILES:
        assert set(named(spec.read(name))) <= words.keys()


def test_every_status_of_an_error_is_canonical() -> None:
    codes = spec.table("status_codes")["codes"]
    for error in spec.read("errors.json")["errors"].values():
        assert error["status"] in codes
