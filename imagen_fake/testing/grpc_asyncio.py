"""`grpc.aio.secure_channel` and `grpc.aio.insecure_channel`: where their calls are taken.

What of gRPC is written in Python is left as it is; only the core's channel below has another before
it, which hands out calls of the fake's.
"""

import time
from asyncio import to_thread
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from imagen_fake.surfaces.own_paths import is_ours
from imagen_fake.testing.grpc_channel import Channel, Opening, extra_needed, opening
from imagen_fake.testing.http_client import Method, Patch
from imagen_fake.testing.routing import Router

if TYPE_CHECKING:
    from imagen_fake.surfaces.grpc_reply import GrpcReply
    from imagen_fake.testing.grpc_asyncio_call import Call
    from imagen_fake.testing.in_process import Pending

UNKNOWN = """\
A channel of grpc.aio that was opened before imagen_fake.intercept() began does not say where it \
leads: make the client within, or install grpcio>=1.81.\
"""

CALLS = ("UnaryUnaryCall", "UnaryStreamCall", "StreamUnaryCall", "StreamStreamCall")


def patches(router: Router, module: Any) -> Iterator[Patch]:
    """What is replaced in `grpc.aio._channel`."""
    yield module.Channel, "__init__", partial(_init, router, module)
    yield module.Channel, "get_state", partial(_get_state, router, module)
    for name in CALLS:
        yield getattr(module, name), "__init__", partial(_init_call, router, module)


def _init(router: Router, module: Any, original: Method) -> Method:
    def __init__(  # noqa: N807 (it replaces one)
        channel: Any, target: str, options: Any, credentials: Any, *more: Any
    ) -> None:
        """Remember how it is opened."""
        original(channel, target, options, credentials, *more)
        opened = opening(credentials, options)
        channel._channel = AsyncChannel(router, module, channel._channel, target, opened)

    return __init__


def _get_state(router: Router, module: Any, original: Method) -> Method:
    def get_state(channel: Any, try_to_connect: bool = False) -> Any:
        """Watch the connection to the fake."""
        channel._channel = _adopt(router, module, channel._channel)
        return original(channel, try_to_connect)

    return get_state


def _init_call(router: Router, module: Any, original: Method) -> Method:
    def __init__(call: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: N807
        """Use a channel that was opened before as one that was not."""
        adopted = (_adopt(router, module, argument) for argument in arguments)
        original(call, *adopted, **keywords)

    return __init__


def _adopt(router: Router, module: Any, argument: Any) -> Any:
    """A channel of the core's as ours; anything else as it is."""
    if isinstance(argument, module.cygrpc.AioChannel):
        address: bytes = getattr(argument, "target", b"")  # grpcio has it since 1.81
        return AsyncChannel(router, module, argument, address.decode())
    return argument


class AsyncChannel(Channel):
    """A channel on an event loop; `module` is `grpc.aio._channel`."""

    def __init__(
        self, router: Router, module: Any, core: Any, address: str, opened: Opening | None = None
    ) -> None:
        super().__init__(router, core, address, opened)
        self._is_known = bool(address)
        self._module = module

    def call(
        self, method: bytes, deadline: float | None, credentials: Any, *more: Any
    ) -> "Call | Any":
        """A call of a method: the fake's, or the core's.

        Raises NetworkBlocked, UsageError on a closed channel, ImportError without the packages
        that it takes.
        """
        core_call = self._core.call(method, deadline, credentials, *more)
        path = method.decode()
        own = None if credentials is None else credentials._credentials
        seconds = None if deadline is None else deadline - time.time()
        if not self._is_known and is_ours(path) and self._router.is_active:
            raise RuntimeError(UNKNOWN)
        if (in_process := self.resolve(path)) is None:
            check = partial(self.check_departure, path, credentials=own, seconds=seconds)
            return Departing(core_call, check) if self.leads_away() else core_call
        with extra_needed():
            from imagen_fake.testing.grpc_asyncio_call import Call
            from imagen_fake.testing.grpc_call import Outgoing, start

        agent = ("user-agent", self._module._USER_AGENT)

        def start_call(message: bytes, metadata: Any) -> "Pending[GrpcReply]":
            outgoing = Outgoing(self.authority, path, message, (agent, *metadata), own, seconds)
            return start(in_process, self.opened, outgoing)

        return Call(self._module.cygrpc, start_call, seconds, self)

    async def watch_connectivity_state(self, last: int, deadline: float | None) -> bool:
        """Wait until the state of the connection is another."""
        if self.resolve() and last != self.check_connectivity_state(False):
            return True
        state = self._core.check_connectivity_state(False)
        changed: bool = await self._core.watch_connectivity_state(state, deadline)
        return changed


class Departing:
    """A call of the core's, which is checked before it goes out."""

    def __init__(self, core_call: Any, check: Callable[[Any], None]) -> None:
        self._core_call, self._check = core_call, check

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core_call, name)

    async def unary_unary(self, message: bytes, metadata: Any, context: Any) -> Any:
        """Send a message, and wait for the one that is answered."""
        await to_thread(self._check, metadata)
        return await self._core_call.unary_unary(message, metadata, context)

    async def initiate_unary_stream(self, message: bytes, metadata: Any, context: Any) -> None:
        """Send a message."""
        await to_thread(self._check, metadata)
        await self._core_call.initiate_unary_stream(message, metadata, context)

    async def stream_unary(self, metadata: Any, *more: Any) -> Any:
        """Send messages, and wait for the one that is answered."""
        await to_thread(self._check, metadata)
        return await self._core_call.stream_unary(metadata, *more)

    async def initiate_stream_stream(self, metadata: Any, *more: Any) -> None:
        """Begin to send messages."""
        await to_thread(self._check, metadata)
        await self._core_call.initiate_stream_stream(metadata, *more)
