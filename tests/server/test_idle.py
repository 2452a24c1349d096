from queue import SimpleQueue

from imagen_fake.server.idle import QUIET_TICKS, IdleWatcher, activity_observer, release_memory
from imagen_fake.state.state import State
from tests import rpc
from tests.conftest import RESOURCE

ENDPOINT = f"{RESOURCE}imagen-4.0-generate-001"


def test_it_is_done_once_after_each_time_of_work() -> None:
    done: SimpleQueue[int] = SimpleQueue()
    idle = IdleWatcher(lambda: done.put(1))
    for activity in (1, 2):
        for _ in range(QUIET_TICKS - 1):
            idle.observe(activity)
        assert done.qsize() == 0
        for _ in range(5 * QUIET_TICKS):
            idle.observe(activity)
        assert done.get(timeout=30) == 1
    assert done.qsize() == 0


def test_handing_back_leaves_what_is_in_use() -> None:
    kept = bytearray(b"abc" * 10**6)
    release_memory()
    assert kept == b"abc" * 10**6


def test_a_call_over_grpc_is_noticed() -> None:
    done: SimpleQueue[int] = SimpleQueue()
    state = State()
    look = activity_observer(IdleWatcher(lambda: done.put(1)), state)
    with rpc.channel(state=state) as to:
        for number in range(2):
            rpc.call(to, "Predict", {"endpoint": ENDPOINT, "instances": [{"prompt": f"{number}"}]})
            for _ in range(QUIET_TICKS - 1):
                look("nothing over HTTP")
            assert done.qsize() == 0
            for _ in range(QUIET_TICKS):
                look("nothing over HTTP")
            assert done.get(timeout=30) == 1
