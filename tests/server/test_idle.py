from queue import SimpleQueue

from imagen_fake.server.idle import QUIET, Idle, hand_back, looking
from imagen_fake.state.state import State
from tests import rpc
from tests.conftest import RESOURCE

ENDPOINT = f"{RESOURCE}imagen-4.0-generate-001"


def test_it_is_done_once_after_each_time_of_work() -> None:
    done: SimpleQueue[int] = SimpleQueue()
    idle = Idle(lambda: done.put(1))
    for activity in (1, 2):
        for _ in range(QUIET - 1):
            idle.look(activity)
        assert done.qsize() == 0
        for _ in range(5 * QUIET):
            idle.look(activity)
        assert done.get(timeout=30) == 1
    assert done.qsize() == 0


def test_handing_back_leaves_what_is_in_use() -> None:
    kept = bytearray(b"abc" * 10**6)
    hand_back()
    assert kept == b"abc" * 10**6


def test_a_call_over_grpc_is_noticed() -> None:
    done: SimpleQueue[int] = SimpleQueue()
    state = State()
    look = looking(Idle(lambda: done.put(1)), state)
    with rpc.channel(state=state) as to:
        for number in range(2):
            rpc.call(to, "Predict", {"endpoint": ENDPOINT, "instances": [{"prompt": f"{number}"}]})
            for _ in range(QUIET - 1):
                look("nothing over HTTP")
            assert done.qsize() == 0
            for _ in range(QUIET):
                look("nothing over HTTP")
            assert done.get(timeout=30) == 1
