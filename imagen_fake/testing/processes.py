"""Processes of multiprocessing that are no forks: a copy of the fake answers in each.

A fork has the memory of its parent, and with it the fake and the patched libraries. What is started
by `spawn` or `forkserver` begins with nothing, and would ask the real service.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from imagen_fake.testing.http_client import Patch
from imagen_fake.testing.routing import Enter, Router


@dataclass(frozen=True)
class InterceptedProcess:
    """Stands for a process on its way: unpickled there, it intercepts before that one runs."""

    process: Any
    interceptions: Sequence[Enter]

    @property
    def _name(self) -> str:
        """What multiprocessing reads of a process before it pickles it."""
        name: str = self.process._name
        return name

    def _bootstrap(self, parent_sentinel: Any = None) -> Any:
        """Run the process; multiprocessing calls it there."""
        with ExitStack() as stack:
            for enter in self.interceptions:
                stack.enter_context(enter())
            return self.process._bootstrap(parent_sentinel)


def _launch(router: Router, original: Callable[..., Any]) -> Callable[..., Any]:
    def launch(popen: Any, process: Any) -> Any:
        """Start a process that is intercepted."""
        copies = router.copies()
        return original(popen, InterceptedProcess(process, copies) if copies else process)

    return launch


def _patch(method: str) -> Callable[[Router, Any], Iterator[Patch]]:
    def patches(router: Router, module: Any) -> Iterator[Patch]:
        yield module.Popen, method, lambda original: _launch(router, original)

    return patches


PATCHES = {
    "multiprocessing.popen_spawn_posix": _patch("_launch"),
    "multiprocessing.popen_forkserver": _patch("_launch"),
    "multiprocessing.popen_spawn_win32": _patch("__init__"),
}
"""How a process is started, by the module that does."""
