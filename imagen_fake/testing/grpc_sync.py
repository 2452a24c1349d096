"""`grpc.secure_channel` and `grpc.insecure_channel`: where their calls are taken.

Methods of gRPC's own classes are replaced, so that a channel or a stub from before is led, too, and
whoever holds one of these functions. The state, the future and the errors of a call are gRPC's own:
they are given the events that its core would give them.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

from imagen_fake.testing.grpc_channel import Channel, extra_needed, opening
from imagen_fake.testing.http_client import Method, Patch
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.routing import Router

if TYPE_CHECKING:
    from imagen_fake.testing.grpc_events import Call

STREAMS = {
    "_SingleThreadedUnaryStreamMultiCallable": ("__call__",),
    "_UnaryStreamMultiCallable": ("__call__",),
    "_StreamUnaryMultiCallable": ("_blocking", "future"),
    "_StreamStreamMultiCallable": ("__call__",),
}
"""The stubs of methods that are none of the fake's, and what calls them."""


def patches(router: Router, module: Any) -> Iterator[Patch]:
    """What is replaced in `grpc._channel`."""
    channel, unary = module.Channel, module._UnaryUnaryMultiCallable
    yield channel, "__init__", partial(_init, router)
    yield channel, "subscribe", partial(_subscribe, router)
    yield unary, "_blocking", partial(_stub, router, partial(_block, module))
    yield unary, "future", partial(_stub, router, partial(_start, module))
    for owner, names in STREAMS.items():
        for name in names:
            yield getattr(module, owner), name, partial(_stub, router, None)


def _init(router: Router, original: Method) -> Method:
    def __init__(  # noqa: N807 (it replaces one)
        channel: Any, target: str, options: Any, credentials: Any, compression: Any
    ) -> None:
        """Remember how it is opened."""
        original(channel, target, options, credentials, compression)
        opened = opening(credentials, options)
        channel._channel = SyncChannel(router, channel._channel, target, opened)

    return __init__


def _subscribe(router: Router, original: Method) -> Method:
    def subscribe(channel: Any, callback: Any, try_to_connect: Any = None) -> None:
        """Watch the connection to the fake."""
        watched = _adopt(router, channel._channel, channel._target)
        watched.resolve()  # raises here, not in the thread that watches
        channel._connectivity_state.channel = watched
        original(channel, callback, try_to_connect)

    return subscribe


class Sent(NamedTuple):
    """The first arguments of a stub."""

    request: Any
    timeout: float | None = None
    metadata: Any = None
    credentials: Any = None

    @property
    def core_credentials(self) -> Any:
        """The credentials of this call, of gRPC's core, or None."""
        return None if self.credentials is None else self.credentials._credentials


Answer = Callable[[Any, "SyncChannel", InProcess, Sent], Any]
"""What a stub returns for a call on a channel that a fake answers."""


def _stub(router: Router, answer: Answer | None, original: Method) -> Method:
    def call(
        stub: Any,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: Any = None,
        *more: Any,
        **keywords: Any,
    ) -> Any:
        """Answer a call, or let it out if it may."""
        metadata = None if metadata is None else tuple(metadata)
        sent = Sent(request, timeout, metadata, credentials)
        channel = _adopt(router, stub._channel, stub._target.decode())
        path = stub._method.decode()
        if (in_process := channel.resolve(path)) and answer:
            return answer(stub, channel, in_process, sent)
        channel.check_departure(path, metadata or (), sent.core_credentials, timeout)
        return original(stub, *sent, *more, **keywords)

    return call


def _block(module: Any, stub: Any, channel: "SyncChannel", by: InProcess, sent: Sent) -> Any:
    """The state of a call that has ended, and its handle."""
    call, _ = _begin(module, stub, channel, by, sent)
    call.complete(sent.timeout)
    return call.state, call


def _start(module: Any, stub: Any, channel: "SyncChannel", by: InProcess, sent: Sent) -> Any:
    """The future of a call."""
    call, deadline = _begin(module, stub, channel, by, sent)
    return call.future(by, sent.timeout, deadline)


def _begin(
    module: Any, stub: Any, channel: "SyncChannel", by: InProcess, sent: Sent
) -> "tuple[Call, float | None]":
    """A call to be computed, and its deadline in seconds since the epoch.

    Raises ValueError on a closed channel, RpcError for a request that cannot be serialized,
    ImportError without the packages that it takes.
    """
    channel.check_connectivity_state(False)
    deadline, message, error = module._start_unary_request(
        sent.request, sent.timeout, stub._request_serializer
    )
    if error:
        raise error
    with extra_needed():
        from imagen_fake.testing.grpc_call import Outgoing, start
        from imagen_fake.testing.grpc_events import Call
    metadata = ("user-agent", module._USER_AGENT), *(sent.metadata or ())
    outgoing = Outgoing(
        channel.authority, stub._method.decode(), message, metadata, sent.core_credentials,
        sent.timeout,
    )  # fmt: skip
    call = Call(module, stub, start(by, channel.opened, outgoing))
    channel.calls.add(call)
    return call, deadline


def _adopt(router: Router, core: Any, address: str) -> "SyncChannel":
    """A channel of the core's as ours; one that was opened before is seen here first."""
    return core if isinstance(core, SyncChannel) else SyncChannel(router, core, address)


class SyncChannel(Channel):
    """A channel, and its calls in flight."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.calls = WeakSet["Call"]()

    def close(self, code: int, details: str) -> None:
        """End all calls so, and take no more."""
        self._core.close(code, details)
        for call in [*self.calls]:
            call.cancel(code, details)
