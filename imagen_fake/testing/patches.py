"""The few places where Python's HTTP libraries open a connection, and what is put there instead.

VCR.py replaces whole classes of connections, and puts the real ones back for a moment whenever
one is made: calls of other threads go out to the network meanwhile. Methods stay replaced here.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from imagen_fake.testing import http_client, httpx_aiohttp, other_mocks, processes
from imagen_fake.testing.http_client import Patch, Wrap
from imagen_fake.testing.import_hook import when_loaded
from imagen_fake.testing.routing import Router

GRPC = {
    "grpc._cython.cygrpc": "grpc_credentials",
    "grpc._channel": "grpc_sync",
    "grpc.aio._channel": "grpc_asyncio",
}
"""Modules of gRPC, and those of ours that patch them: they import gRPC."""


def _grpc(router: Router, module: Any) -> Iterator[Patch]:
    """What is replaced in a module of gRPC."""
    patches: Iterator[Patch] = import_module(
        f"imagen_fake.testing.{GRPC[module.__name__]}"
    ).patches(router, module)
    return patches


PATCHES: dict[str, Callable[[Router, Any], Iterator[Patch]]] = {
    **dict.fromkeys(http_client.MODULES, http_client.patches),
    **httpx_aiohttp.PATCHES,
    **other_mocks.PATCHES,
    **dict.fromkeys(GRPC, _grpc),
    **processes.PATCHES,
}
"""What is replaced in a module, by its name."""

RESTORE = "_imagen_fake_restore"
"""The attribute of a replacement: whose method it is, and what puts the original back."""


@contextmanager
def patched(router: Router) -> Iterator[None]:
    """Patch every HTTP library that is or will be loaded: `router` decides who answers."""
    with ExitStack() as stack:
        done = set[tuple[Any, str]]()

        def patch_module(module: Any) -> None:
            try:
                for owner, name, wrap in PATCHES[module.__name__](router, module):
                    if (owner, name) not in done:
                        done.add((owner, name))
                        stack.callback(_replace(owner, name, wrap))
            except AttributeError as error:
                raise RuntimeError(
                    f"imagen-fake cannot intercept calls beside this version of"
                    f" {module.__name__.partition('.')[0]}: {error}. docs/beside.md names a"
                    " version that it was tried with."
                ) from error

        with when_loaded(PATCHES, patch_module):
            yield


def _replace(owner: Any, name: str, wrap: Wrap) -> Callable[[], None]:
    """Replace a method; what puts the original back, unless another mock has replaced it since."""
    place, put_back = getattr(vars(owner).get(name), RESTORE, (None, _nothing))
    if place not in (None, (owner, name)):
        return _nothing  # a mock has taken ours for the original
    put_back()  # a mock that had begun later, and ended later, has left ours there
    original = getattr(owner, name)
    replacement = wrap(original)
    if replacement is original:
        return _nothing
    restore = _restore(owner, name)
    setattr(replacement, RESTORE, ((owner, name), restore))
    setattr(owner, name, replacement)

    def restore_if_current() -> None:
        if vars(owner).get(name) is replacement:
            restore()

    return restore_if_current


def _nothing() -> None:
    pass


def _restore(owner: Any, name: str) -> Callable[[], None]:
    """What puts a method back; an inherited one is not made the class's own."""
    if name in vars(owner):
        return partial(setattr, owner, name, vars(owner)[name])
    return partial(delattr, owner, name)
