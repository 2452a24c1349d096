"""The fake in a process in which another thread ticks: `python -m tests.bench.ticking`.

It tells its URL and its port of gRPC. For each line that it reads it tells the longest time between
two ticks since the line before, in seconds.
"""

import sys
from threading import Thread
from time import perf_counter, process_time, sleep

from imagen_fake.server.grpc import serve_grpc as serving_grpc
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State

TICK = 0.001


class Ticks:
    """A clock in a thread of its own.

    No more time than the process has worked counts: another process may have had the processors.
    """

    def __init__(self) -> None:
        self._longest = 0.0
        Thread(target=self._tick, daemon=True).start()

    def longest(self) -> float:
        """The longest time between two ticks since the last time that somebody asked."""
        longest, self._longest = self._longest, 0.0
        return longest

    def _tick(self) -> None:
        last = perf_counter(), process_time()
        while True:
            sleep(TICK)
            now = perf_counter(), process_time()
            self._longest = max(self._longest, min(now[0] - last[0], now[1] - last[1]))
            last = now


def main() -> None:
    """Serve until stdin ends."""
    state = State()
    with serve_in_thread(state=state) as url, serving_grpc(state, "127.0.0.1", 0) as port:
        ticks = Ticks()
        tell(url, port)
        for _ in sys.stdin:
            tell(ticks.longest())


def tell(*told: object) -> None:
    """Write a line."""
    sys.stdout.write(" ".join(map(str, told)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
