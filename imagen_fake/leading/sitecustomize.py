"""Lead `vertexai` to the fake at `GOOGLE_VERTEX_BASE_URL`, a variable that it does not follow.

Python runs this at its start if this folder is in `PYTHONPATH`, perhaps where imagen-fake is not
installed, and an older one: so it stands by itself. Another `sitecustomize`, which this one hides,
is run as well.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

INITIALIZER = "google.cloud.aiplatform.initializer"
CHANNELS = ("grpc._channel", "grpc.aio._channel")

METHODS = ("PredictionService/Predict", "ModelGardenService/GetPublisherModel")
"""How the methods end that a fake answers over gRPC."""

REFUSED = """\
imagen-fake leads this program to {url}, over REST, and {target} was about to be asked over gRPC. \
Write vertexai.init(..., api_transport="rest") without an api_endpoint, or serve a fake with \
--grpc-port and --tls and write vertexai.init(..., api_endpoint="localhost:PORT").\
"""


TARGET = "_imagen_fake_target"
"""The attribute of a channel that has where it leads."""

INTERCEPTED = "_imagen_fake_restore"
"""The attribute of what `imagen_fake.intercept()` has replaced: then it answers gRPC."""


class Default(str):
    """A value that was set here: another fake may set its own, in a test of a program that is led.

    This module may be loaded twice, so its name tells.
    """

    __slots__ = ()


class Leading:
    """Leads what is loaded, and what will be, to a fake at a URL, until `stop`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._undo: list[Callable[[], None]] = []
        self._done: set[str] = set()
        sys.meta_path.insert(1, self)  # pyfakefs takes out whatever is first when it ends
        for name in (INITIALIZER, *CHANNELS):
            if name in sys.modules:
                self._change(sys.modules[name])

    def stop(self) -> None:
        """Leave all as it was, but what programs have changed since."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        while self._undo:
            self._undo.pop()()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The spec of a module that is to be changed once it is loaded; None for others."""
        if name not in (INITIALIZER, *CHANNELS):
            return None
        behind = sys.meta_path[sys.meta_path.index(self) + 1 :]
        found = (finder.find_spec(name, path, target) for finder in behind)
        spec = next((spec for spec in found if spec), None)
        if spec and hasattr(spec.loader, "exec_module"):
            load: Any = spec.loader.exec_module  # type: ignore[union-attr] # it was looked for

            def exec_module(module: ModuleType) -> None:
                load(module)
                if self in sys.meta_path:
                    self._change(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign,union-attr]
        return spec

    def _change(self, module: Any) -> None:
        if module.__name__ in self._done:
            return
        self._done.add(module.__name__)
        if module.__name__ == INITIALIZER:
            self._lead(module.global_config)
        else:
            self._guard(module.Channel)

    def _lead(self, config: Any) -> None:
        """Give the defaults of `vertexai.init` other values."""
        for name, value in (("_api_endpoint", self._url), ("_api_transport", "rest")):
            before, default = getattr(config, name), Default(value)
            if before is None or type(before).__name__ == Default.__name__:
                setattr(config, name, default)
                self._undo.append(_reset(config, name, default, before))

    def _guard(self, channel_type: Any) -> None:
        """Let the fake's methods of the service's hosts be refused over gRPC: nobody is there."""
        original, init = channel_type.unary_unary, channel_type.__init__

        def __init__(channel: Any, target: str, *arguments: Any, **keywords: Any) -> None:  # noqa: N807
            init(channel, target, *arguments, **keywords)
            setattr(channel, TARGET, target)

        def unary_unary(channel: Any, method: str, *arguments: Any, **keywords: Any) -> Any:
            stub, target = original(channel, method, *arguments, **keywords), _target(channel)
            if not _is_refused(target, method):
                return stub
            message = REFUSED.format(url=self._url, target=target)
            return Refused(stub, message, lambda: _is_intercepted(channel_type))

        channel_type.unary_unary, channel_type.__init__ = unary_unary, __init__
        self._undo.append(lambda: setattr(channel_type, "unary_unary", original))
        self._undo.append(lambda: setattr(channel_type, "__init__", init))


def _reset(config: Any, name: str, default: str, before: Any) -> Callable[[], None]:
    def reset() -> None:
        if getattr(config, name) is default:
            setattr(config, name, before)

    return reset


def _is_intercepted(channel_type: Any) -> bool:
    names = ("subscribe", "get_state")  # of a sync and of an async channel
    return any(hasattr(getattr(channel_type, name, None), INTERCEPTED) for name in names)


def _target(channel: Any) -> str:
    """What a channel leads to, sync or async."""
    target = getattr(channel, "_target", None) or getattr(channel, TARGET, None)
    target = target or getattr(channel._channel, "target", "")  # of core, since grpcio 1.81
    return target.decode() if isinstance(target, bytes) else str(target)


def _is_refused(target: str, method: str) -> bool:
    if target.startswith(("http://", "https://")):  # the endpoint of REST
        return True
    is_service = "aiplatform" in target and "googleapis.com" in target
    return is_service and method.endswith(METHODS)


class Refused:
    """A stub whose calls are refused, unless they are intercepted."""

    def __init__(self, stub: Any, message: str, is_intercepted: Callable[[], bool]) -> None:
        self._stub, self._message, self._is_intercepted = stub, message, is_intercepted

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Raise RuntimeError, or call the stub."""
        return self._real()(*arguments, **keywords)

    @property
    def with_call(self) -> Any:
        """The stub's. Raises RuntimeError."""
        return self._real().with_call

    @property
    def future(self) -> Any:
        """The stub's. Raises RuntimeError."""
        return self._real().future

    def _real(self) -> Any:
        if not self._is_intercepted():
            raise RuntimeError(self._message)
        return self._stub


def run_hidden(folder: str) -> None:
    """Run the `sitecustomize` that one in a folder hides, if there is any."""
    places = [os.path.abspath(place) for place in sys.path]  # noqa: PTH100 (sys.path has texts)
    behind = places[places.index(folder) + 1 :] if folder in places else places
    spec = PathFinder.find_spec("sitecustomize", [place for place in behind if place != folder])
    if spec and spec.loader:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if __name__ == "sitecustomize":
    if base_url := os.environ.get("GOOGLE_VERTEX_BASE_URL"):
        Leading(base_url)
    run_hidden(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 (as above)
