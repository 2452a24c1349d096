"""Act on modules as soon as they are loaded, without loading any."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from itertools import dropwhile, islice
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader

OnLoad = Callable[[ModuleType], None]


@contextmanager
def when_loaded(names: Iterable[str], on_load: OnLoad) -> Iterator[None]:
    """Call `loaded` with each module of these names: now, or once somebody loads it within.

    It is called from the thread that loads a module, one call at a time, perhaps with a module
    twice, and not after leaving.
    """
    finder = _Finder(frozenset(names), on_load)
    sys.meta_path.insert(1, finder)  # pyfakefs takes out whatever is first when it ends
    try:
        for name in finder.names & sys.modules.keys():
            with suppress(ImportError):  # it is blocked, or its import fails in another thread
                finder.notify(import_module(name))
        yield
    finally:
        with suppress(ValueError):  # somebody else has taken it out
            sys.meta_path.remove(finder)
        finder.stop()


class _Finder(MetaPathFinder):
    """Finds modules as the finders behind it do, and watches them being loaded."""

    def __init__(self, names: frozenset[str], on_load: OnLoad) -> None:
        self.names = names
        self._on_load: OnLoad | None = on_load
        self._lock = RLock()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module, its loader watched; None for those that are not."""
        if name not in self.names:
            return None
        behind = dropwhile(lambda finder: finder is not self, tuple(sys.meta_path))
        specs = (finder.find_spec(name, path, target) for finder in islice(behind, 1, None))
        spec = next((spec for spec in specs if spec), None)
        if spec and hasattr(spec.loader, "exec_module"):
            spec.loader = cast("Loader", _NotifyingLoader(spec.loader, self.notify))
        return spec

    def notify(self, module: ModuleType) -> None:
        """Call `loaded`, unless it is too late."""
        with self._lock:
            if self._on_load:
                self._on_load(module)

    def stop(self) -> None:
        """Do not call it any more."""
        with self._lock:
            self._on_load = None


class _NotifyingLoader:
    """A module's loader that tells when it is done; the module never hears of it."""

    def __init__(self, loader: Any, on_load: OnLoad) -> None:
        self._loader = loader
        self._on_load = on_load

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        """Load the module."""
        if module.__spec__:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._on_load(module)
