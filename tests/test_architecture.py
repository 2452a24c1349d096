"""Who may import whom, and where facts may stand."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

import imagen_fake
from imagen_fake import spec
from tests.sweep import sweep

PACKAGE = Path(__file__).parent.parent / "imagen_fake"
TESTS = Path(__file__).parent
FLOORS = [
    "json_tree leading store streams version warning", "schema_layers", "spec",
    "clock directives hosts",
    "config_checks", "config", "imaging storage", "pipeline", "auth middleware safety",
    "content", "tasks", "predict state", "verdict", "migration", "openapi", "surfaces",
    "forwarding",
    "app", "testing",
    "server", "contract pytest_report", "cli", "__main__ pytest_plugin",
]  # fmt: skip
"""The rooms of the package, from the ground up: folders, and modules that stand by themselves."""

IMAGING_FLOORS = [
    "boxes levels prompt", "lettering", "painting", "files", "poster", "vision", "editing",
]  # fmt: skip
CONTRACT_FLOORS = [
    "exchange picture_file printable", "facts cassettes result", "bodies", "checks",
    "body_summary targets", "probes", "suite coverage plan evidence budget selection",
    "fuzzing mutants progress settle", "report", "summary", "session test_contract",
]  # fmt: skip

PURE = [
    *(
        PACKAGE / f"{name}.py"
        for name in ("config", "config_checks", "json_tree", "predict", "schema_layers", "spec")
    ),
    *(
        file
        for room in ("content", "directives", "imaging", "pipeline", "safety", "tasks")
        for file in (PACKAGE / room).rglob("*.py")
    ),
    PACKAGE / "storage" / "objects.py",
]
MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


def room_of(module: str, house: str) -> str:
    """The room below a house, such as `imagen_fake.imaging`, that a dotted name is in; or ""."""
    return module.removeprefix(f"{house}.").split(".")[0] if module.startswith(f"{house}.") else ""


def dotted(file: Path) -> str:
    parts = ("imagen_fake", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


NAMES = {dotted(file) for file in MODULES}


def imported_modules(file: Path) -> Iterator[str]:
    """The modules of ours that a module imports, wherever in it that stands."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from NAMES & {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module in NAMES:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in NAMES else node.module for name in names)


HOUSES = {
    "imagen_fake": FLOORS,
    "imagen_fake.imaging": IMAGING_FLOORS,
    "imagen_fake.contract": CONTRACT_FLOORS,
}


@pytest.mark.parametrize("house", HOUSES)
def test_a_room_imports_only_from_lower_floors(house: str) -> None:
    floor = {room: level for level, rooms in enumerate(HOUSES[house]) for room in rooms.split()}
    arrows = {
        (room_of(dotted(file), house), room_of(name, house))
        for file in MODULES for name in imported_modules(file)
    }  # fmt: skip
    arrows = {(above, below) for above, below in arrows if above and below and above != below}
    upward = sorted(arrow for arrow in arrows if floor[arrow[0]] <= floor[arrow[1]])
    assert upward == []


def test_nothing_within_imports_the_names_that_are_for_users() -> None:
    names = {(named(file), name) for file in MODULES for name in imported(file)}
    face = {f"imagen_fake.{name}" for name in imagen_fake.__all__} - NAMES
    assert {(file, name) for file, name in names if name in face} == set()


FACTS_AS_DATA = {"json_tree", "spec", "streams", "version"}
"""What reads `schemas/`, writes files and walks JSON: no understanding of requests."""

STARTING_THE_FAKE = {
    "app", "auth.credentials", "config", "hosts", "state.state", "storage.embedded", "testing.asgi",
    "testing.in_process", "testing.interception", "testing.messages", "testing.routing",
}  # fmt: skip


@sweep("file", sorted((PACKAGE / "contract").rglob("*.py")), ids=named)
def test_the_kit_judges_by_none_of_the_functions_that_it_judges(file: Path) -> None:
    ours = {name.partition(".")[2] for name in imported_modules(file)}
    foreign = {name for name in ours if name and name.partition(".")[0] != "contract"}
    starting = "targets/" in named(file) or file.name in {"replay.py", "exchange.py"}
    assert foreign <= (FACTS_AS_DATA | STARTING_THE_FAKE if starting else FACTS_AS_DATA)


def test_no_modules_import_each_other_in_a_circle() -> None:
    imports = {dotted(file): set(imported_modules(file)) for file in MODULES}
    assert set(TopologicalSorter(imports).static_order()) == NAMES


@sweep("file", PURE, ids=named)
def test_below_the_surfaces_nothing_knows_http_the_environment_or_the_clock(file: Path) -> None:
    forbidden = {"starlette", "uvicorn", "anyio", "asyncio", "os", "time", "random", "secrets"}
    assert not {name.split(".")[0] for name in imported(file)} & forbidden


@sweep("file", PURE, ids=named)
def test_below_the_surfaces_nothing_is_async(file: Path) -> None:
    tree = ast.walk(parsed(file))
    assert not [node for node in tree if isinstance(node, ast.AsyncFunctionDef)]


@sweep("file", sorted((PACKAGE / "imaging").rglob("*.py")), ids=named)
def test_imaging_knows_no_api(file: Path) -> None:
    ours = {name for name in imported(file) if name.startswith("imagen_fake")}
    assert all(name.startswith(("imagen_fake.imaging", "imagen_fake.store")) for name in ours)


@sweep("file", MODULES, ids=named)
def test_only_the_command_line_and_what_leads_programs_read_the_environment(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    reading = ("cli/run.py", "cli/contract_target.py")
    assert (
        named(file) in reading
        or named(file).startswith("leading/")
        or not re.search(r"\benviron\b", text)
    )
    assert "getenv" not in text


@sweep("file", MODULES, ids=named)
def test_only_spec_opens_the_schemas(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert file.name == "spec.py" or 'with_name("schemas")' not in text


@sweep("file", MODULES, ids=named)
def test_a_picture_is_opened_only_in_formats_that_are_named(file: Path) -> None:
    calls = [node for node in ast.walk(parsed(file))
             if isinstance(node, ast.Call)]  # fmt: skip
    opening = [call for call in calls if ast.unparse(call.func).endswith("Image.open")]
    assert all("formats" in {keyword.arg for keyword in call.keywords} for call in opening)


FLOATS = {
    "GaussianBlur", "Kernel", "Color3DLUT", "UnsharpMask", "arc", "blend", "chord", "pieslice",
    "effect_spread", "regular_polygon", "rotate", "rounded_rectangle",
}  # fmt: skip
"""What Pillow works out in floats, and a processor may round otherwise than another."""
EXACT = {"ceil", "floor", "fsum", "gcd", "isqrt", "sqrt"}
"""What IEEE 754, or integers, make the same everywhere; no other function of math is."""
DRAWING = [file for file in PURE if {"imaging", "tasks"} & set(file.relative_to(PACKAGE).parts)]


def calls(file: Path) -> Iterator[ast.Call]:
    tree = ast.walk(parsed(file))
    return (node for node in tree if isinstance(node, ast.Call))


@sweep("file", DRAWING, ids=named)
def test_pictures_are_made_of_what_is_the_same_on_every_processor(file: Path) -> None:
    names = {name for call in calls(file) for name in [ast.unparse(call.func).split(".")[-1]]}
    maths = {name.split(".", 1)[1] for name in imported(file) if name.startswith("math.")}
    assert not names & FLOATS
    assert maths <= EXACT
    assert "math" not in imported(file) or maths


@sweep("file", DRAWING, ids=named)
def test_only_shapes_has_pillow_draw_lines_and_polygons(file: Path) -> None:
    drawn = [call for call in calls(file) if isinstance(call.func, ast.Attribute)
             and call.func.attr in ("line", "polygon")]  # fmt: skip
    owners = {
        ast.unparse(call.func.value) for call in drawn if isinstance(call.func, ast.Attribute)
    }
    assert file.name == "shapes.py" or owners <= {"page", "self", "shapes"}


@sweep("file", DRAWING, ids=named)
def test_pictures_are_resized_and_moved_without_rounding_where_pixels_come_from(file: Path) -> None:
    for call in calls(file):
        name = ast.unparse(call.func).split(".")[-1]
        words = [ast.unparse(argument) for argument in call.args]
        if name == "resize" and (len(words) > 2 or call.keywords):  # of a part
            assert words[1].endswith("NEAREST") or file.name in ("cutout.py", "inpaint.py")
        if name == "transform":
            assert words[1:2] == ["Image.Transform.AFFINE"]
            assert (len(words), call.keywords) == (3, [])
        if name == "convert":
            assert "'F'" not in words
            assert "matrix" not in {keyword.arg for keyword in call.keywords}
        assert name not in ("fit", "pad", "cover", "contain")


SILENCING = {
    "catch_warnings", "simplefilter", "filterwarnings", "setlocale", "umask", "setdefaulttimeout",
    "basicConfig", "chdir", "setrecursionlimit", "putenv", "mallopt", "malloc_trim",
    "set_blocks_max", "set_block_size",
}  # fmt: skip
"""What changes the process for everybody in it."""


@sweep("file", MODULES, ids=named)
def test_nothing_changes_the_process_that_it_shares(file: Path) -> None:
    tree = parsed(file)
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not named & SILENCING or file.name in ("idle.py", "test_contract.py")


def enum_values(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield from (value for value in node["enum"] if len(str(value)) > 2)
        yield from node.get("x-aliases") or ()
        for child in node.values():
            yield from enum_values(child)
    elif isinstance(node, list):
        for child in node:
            yield from enum_values(child)


@cache
def facts() -> set[str]:
    """Model ids, enum values, support codes and dates: what must stand in `schemas/` alone."""
    values = set(spec.model_ids())
    for file in spec.ROOT.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        values |= set(re.findall(r"\b\d{8}\b|\b20\d\d-\d\d-\d\d\b", text))
    return values | choices() - set(fields(TASKS_READ))


@cache
def choices() -> set[str]:
    """Every value that a parameter of a task may have."""
    return set(enum_values(TASKS_READ))


def fields(node: Any) -> Iterator[str]:
    """The names of all fields below a schema."""
    if isinstance(node, dict):
        yield from node.get("properties") or ()
        for child in node.values():
            yield from fields(child)
    elif isinstance(node, list):
        for child in node:
            yield from fields(child)


STYLES = set(
    spec.read("tasks/generate.json")["$defs"]["parameters"]["properties"]["sampleImageStyle"][
        "enum"
    ]
)
TASKS = {file.stem for file in (spec.ROOT / "tasks").iterdir()}
TASKS_READ = [spec.task_schema(task) for task in sorted(TASKS)]
GIVEN = {"1:1", "image/png", "image/jpeg"} | STYLES | TASKS
"""Names the code may use: the codec's formats, the canvas's styles, the tasks, a default."""


@sweep("file", MODULES, ids=named)
def test_no_fact_of_the_api_is_typed_into_code(file: Path) -> None:
    strings = {
        node.value
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found = strings & (facts() - GIVEN)
    assert not {value for value in found if not _picture_format(file, value)} - told_apart(file)


def told_apart(file: Path) -> set[str]:
    """What a module may name: a probe all."""
    if "probes" in file.parts or named(file) == "contract/bodies/malformed_json.py":
        return facts()
    return set()


def _picture_format(file: Path, value: str) -> bool:
    return file.name == "codec.py" and value.startswith("image/")


@sweep("file", [file for file in MODULES if not file.name.startswith(("__", "test_"))], ids=named)
def test_every_module_has_a_test_file_of_its_name(file: Path) -> None:
    assert (TESTS / file.relative_to(PACKAGE).parent / f"test_{file.stem}.py").is_file()


@sweep("file", MODULES, ids=named)
def test_a_module_stays_small(file: Path) -> None:
    assert file.read_text(encoding="utf-8").count("\n") <= 300


PARTICIPLES = {
    "answered", "asked", "found", "heard", "held", "kept", "known", "said", "shown", "spelled",
    "spoilt", "taken", "told", "wanted",
}  # fmt: skip
"""Names that say that something was done, but not what the thing is."""


def defined_names(file: Path) -> Iterator[str]:
    """The functions, classes, parameters and variables of a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_names_in_the_kit_are_no_bare_participles() -> None:
    kit = sorted((PACKAGE / "contract").rglob("*.py"))
    bare = [(named(file), name) for file in kit for name in defined_names(file)
            if name.strip("_").lower() in PARTICIPLES]  # fmt: skip
    assert bare == []


def test_no_module_is_a_drawer_for_leftovers() -> None:
    leftovers = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "base.py"}
    assert not {file.name for file in MODULES} & leftovers


@sweep("task", sorted(TASKS))
def test_every_task_has_a_module_that_renders_it(task: str) -> None:
    tree = ast.parse((PACKAGE / "tasks" / f"{task}.py").read_text(encoding="utf-8"))
    assert "render" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
