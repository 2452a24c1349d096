from queue import SimpleQueue

from imagen_fake.idle import QUIET, Idle, hand_back


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
