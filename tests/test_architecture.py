"""Who may import whom, and where facts may stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imagen_fake import spec

PACKAGE = Path(__file__).parent.parent / "imagen_fake"
TESTS = Path(__file__).parent
ROW = [
    "call", "cloud", "config", "directives", "enhance", "errors", "forced", "limits", "media",
    "normalize", "objects", "output", "payload", "predict", "respond", "safety", "spec", "validate",
]  # fmt: skip
PURE = [
    *(PACKAGE / f"{name}.py" for name in ROW),
    *(PACKAGE / "imaging").glob("*.py"),
    *(PACKAGE / "tasks").glob("*.py"),
]
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", PURE, ids=named)
def test_below_the_surfaces_nothing_knows_http_the_environment_or_the_clock(file: Path) -> None:
    forbidden = {"starlette", "uvicorn", "anyio", "asyncio", "os", "time", "random", "secrets"}
    assert not {name.split(".")[0] for name in imported(file)} & forbidden


@pytest.mark.parametrize("file", PURE, ids=named)
def test_below_the_surfaces_nothing_is_async(file: Path) -> None:
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    assert not [node for node in tree if isinstance(node, ast.AsyncFunctionDef)]


@pytest.mark.parametrize("file", sorted((PACKAGE / "imaging").glob("*.py")), ids=named)
def test_imaging_knows_no_api(file: Path) -> None:
    ours = {name for name in imported(file) if name.startswith("imagen_fake")}
    assert all(name.startswith("imagen_fake.imaging") for name in ours)


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_only_the_command_line_reads_the_environment(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert file.name in ("cli_run.py", "cli_contract.py") or not re.search(r"\benviron\b", text)
    assert "getenv" not in text


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_only_spec_opens_the_schemas(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert file.name == "spec.py" or 'with_name("schemas")' not in text


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_a_picture_is_opened_only_in_formats_that_are_named(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    opening = [node for node in nodes if isinstance(node, ast.Attribute)
               and ast.unparse(node).endswith("Image.open")]  # fmt: skip
    restricted = [node.func for node in nodes if isinstance(node, ast.Call)
                  for keyword in node.keywords
                  if keyword.arg == "formats" and ast.unparse(keyword.value) != "None"]  # fmt: skip
    assert all(one in restricted for one in opening)
    assert "PIL.Image.open" not in imported(file)  # by another name it would not be found here


FLOATS = {
    "GaussianBlur", "Kernel", "Color3DLUT", "UnsharpMask", "arc", "blend", "chord", "pieslice",
    "effect_spread", "regular_polygon", "rotate", "rounded_rectangle",
}  # fmt: skip
"""What Pillow works out in floats, and a processor may round otherwise than another."""
EXACT = {"ceil", "floor", "fsum", "gcd", "isqrt", "sqrt"}
"""What IEEE 754, or integers, make the same everywhere; no other function of math is."""
DRAWING = [file for file in PURE if {"imaging", "tasks"} & {file.parent.name}]


def calls(file: Path) -> Iterator[ast.Call]:
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return (node for node in tree if isinstance(node, ast.Call))


@pytest.mark.parametrize("file", DRAWING, ids=named)
def test_pictures_are_made_of_what_is_the_same_on_every_processor(file: Path) -> None:
    names = {name for call in calls(file) for name in [ast.unparse(call.func).split(".")[-1]]}
    maths = {name.split(".", 1)[1] for name in imported(file) if name.startswith("math.")}
    assert not names & FLOATS
    assert maths <= EXACT
    assert "math" not in imported(file) or maths


@pytest.mark.parametrize("file", DRAWING, ids=named)
def test_only_shapes_has_pillow_draw_lines_and_polygons(file: Path) -> None:
    drawn = [call for call in calls(file) if isinstance(call.func, ast.Attribute)
             and call.func.attr in ("line", "polygon")]  # fmt: skip
    owners = {
        ast.unparse(call.func.value) for call in drawn if isinstance(call.func, ast.Attribute)
    }
    assert file.name == "shapes.py" or owners <= {"page", "self", "shapes"}


@pytest.mark.parametrize("file", DRAWING, ids=named)
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


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_nothing_changes_the_process_that_it_shares(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
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


def facts() -> set[str]:
    """Model ids, enum values, support codes and dates: what must stand in `schemas/` alone."""
    values = set(spec.model_ids())
    for file in spec.ROOT.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        values |= set(re.findall(r"\b\d{8}\b|\b20\d\d-\d\d-\d\d\b", text))
    return values | choices() - set(fields(TASKS_READ))


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


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_no_fact_of_the_api_is_typed_into_code(file: Path) -> None:
    strings = {
        node.value
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found = strings & (facts() - GIVEN)
    assert not {value for value in found if not _picture_format(file, value)} - told_apart(file)


def told_apart(file: Path) -> set[str]:
    """What a module may name: a task the choices it does different things for, a probe all."""
    if file.parent.name == "contract" and file.name.startswith(("payloads", "probe_")):
        return facts()
    return choices() if file.parent.name == "tasks" else set()


def _picture_format(file: Path, value: str) -> bool:
    return file.name == "codec.py" and value.startswith("image/")


@pytest.mark.parametrize(
    "file", [file for file in MODULES if not file.name.startswith(("__", "test_"))], ids=named
)
def test_every_module_has_a_test_file_of_its_name(file: Path) -> None:
    name = f"test_{file.stem}.py"
    beside = TESTS / file.relative_to(PACKAGE).parent / name
    assert (TESTS / name).is_file() or beside.is_file()


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_a_module_stays_small(file: Path) -> None:
    assert file.read_text(encoding="utf-8").count("\n") <= 300


def test_no_module_is_a_drawer_for_leftovers() -> None:
    leftovers = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "base.py"}
    assert not {file.name for file in MODULES} & leftovers


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_a_module_that_renders_it(task: str) -> None:
    tree = ast.parse((PACKAGE / "tasks" / f"{task}.py").read_text(encoding="utf-8"))
    assert "render" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
