import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from imagen_fake.testing.import_hook import when_loaded

NAME = "loaded_by_a_test"
SOURCE = "VALUE = 1\nHERE = __file__\n"


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that can be imported, and a module in it."""
    package = tmp_path / NAME
    package.mkdir()
    (package / "__init__.py").write_text(SOURCE)
    (package / "part.py").write_text("from . import VALUE\nOTHER = VALUE + 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.startswith(NAME)]:
        del sys.modules[name]


def test_nothing_is_loaded_for_it() -> None:
    loaded: list[ModuleType] = []
    with when_loaded([NAME], loaded.append):
        assert NAME not in sys.modules
    assert not loaded


def test_a_module_that_is_there_is_handed_over_at_once() -> None:
    module = importlib.import_module(NAME)
    loaded: list[ModuleType] = []
    with when_loaded([NAME], loaded.append):
        assert loaded == [module]


def test_a_module_is_handed_over_whole_before_who_imports_it_gets_it() -> None:
    values: list[int] = []

    def change(module: ModuleType) -> None:
        values.append(module.VALUE)
        module.__dict__["VALUE"] = 2

    with when_loaded([NAME], change):
        assert importlib.import_module(f"{NAME}.part").OTHER == 3
    assert values == [1]


def test_a_module_below_another_may_be_named_alone() -> None:
    loaded: list[ModuleType] = []
    with when_loaded([f"{NAME}.part"], loaded.append):
        part = importlib.import_module(f"{NAME}.part")
    assert loaded == [part]


def test_a_module_that_is_loaded_again_is_handed_over_again() -> None:
    module = importlib.import_module(NAME)
    loaded: list[ModuleType] = []
    with when_loaded([NAME], loaded.append):
        importlib.reload(module)
        del sys.modules[NAME]
        again = importlib.import_module(NAME)
    assert loaded == [module, module, again]


def test_a_module_is_what_it_would_be_without() -> None:
    with when_loaded([NAME], lambda _: None):
        spec = find_spec(NAME)
        assert spec
        assert spec.loader
        assert spec.loader.is_package(NAME)  # type: ignore[attr-defined] # a source loader's
        watched = importlib.import_module(NAME)
    del sys.modules[NAME]
    plain = importlib.import_module(NAME)
    assert type(watched.__loader__) is type(plain.__loader__)
    assert watched.__spec__ == plain.__spec__
    assert watched.HERE == plain.HERE


@pytest.mark.parametrize("blocked", [True, False])
def test_a_module_that_cannot_be_loaded_is_no_hindrance(
    blocked: bool, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if blocked:
        monkeypatch.setitem(sys.modules, NAME, None)
    else:
        (module / "__init__.py").write_text("import nothing_of_that_name")
    loaded: list[ModuleType] = []
    with when_loaded([NAME, "nothing_of_that_name"], loaded.append), pytest.raises(ImportError):
        importlib.import_module(NAME)
    assert loaded == []


@pytest.mark.parametrize("taken_out", [True, False])
def test_it_leaves_no_trace_in_the_machinery_of_imports(taken_out: bool) -> None:
    before, loaded = [*sys.meta_path], list[ModuleType]()
    with when_loaded([NAME], loaded.append):
        if taken_out:
            sys.meta_path[:] = before
    assert sys.meta_path == before
    importlib.import_module(NAME)
    assert loaded == []


def test_several_do_not_stand_in_each_others_way() -> None:
    first: list[ModuleType] = []
    second: list[ModuleType] = []
    with when_loaded([NAME], first.append), when_loaded([NAME], second.append):
        module = importlib.import_module(NAME)
    assert (first, second) == ([module], [module])


def test_threads_that_import_at_once_get_what_was_made_of_a_module() -> None:
    def change(module: ModuleType) -> None:
        module.__dict__["VALUE"] = 2

    with when_loaded([NAME], change), ThreadPoolExecutor(8) as threads:
        values = list(threads.map(lambda _: importlib.import_module(NAME).VALUE, range(32)))
    assert values == [2] * 32


def test_a_module_that_is_done_after_leaving_is_not_handed_over() -> None:
    loaded: list[ModuleType] = []
    with when_loaded([NAME], loaded.append):
        spec = find_spec(NAME)
    assert spec
    assert spec.loader
    module = ModuleType(NAME)
    module.__spec__, module.__file__ = spec, spec.origin
    spec.loader.exec_module(module)
    assert (module.VALUE, loaded) == (1, [])
