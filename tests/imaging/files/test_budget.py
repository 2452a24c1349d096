import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.files.budget import DECODING, Budget, OverBudgetError
from imagen_fake.tasks import _task
from tests.bench.memory import readable
from tests.conftest import refused
from tests.pictures import media
from tests.workload import bodies, sent

PEAKS = """
import ctypes, json, pathlib, sys
from tests.bench.memory import peak, resident
from tests.conftest import ask
from tests.workload import bodies, sent
from PIL import Image
import os
width, height = 1600, 1000
names = {}
gradient = Image.radial_gradient("L").resize((width, height))
for mode in ("RGB", "RGBA"):
    large = {name: (model, body) for name, model, body in
             bodies(*sent(width, height, Image.merge(mode, [gradient] * len(mode))))}
    for name, model, body in bodies(*sent(200, 125)):
        ask(model, body=body)
        model, body = large[name]
        ctypes.CDLL(None).malloc_trim(0)
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        before = resident(os.getpid())
        ask(model, body=body)
        names[f"{name}, {mode}"] = peak(os.getpid()) - before
print(json.dumps(names))
"""

TOGETHER = """
import os
from concurrent.futures import ThreadPoolExecutor
from imagen_fake.imaging.files import budget
from tests.bench.memory import peak, resident
from tests.conftest import ask
from tests.workload import bodies, sent
budget.PICTURES.__init__(90 * 2**20)
pick = lambda size: next((m, b) for n, m, b in bodies(*sent(*size)) if n.startswith("edit BGSWAP"))
small, (model, body) = pick((64, 40)), pick((2000, 2000))
ask(small[0], body=small[1])
before = resident(os.getpid())
with ThreadPoolExecutor(4) as threads:
    list(threads.map(lambda _: ask(model, body=body), range(4)))
print(peak(os.getpid()) - before)
"""

linux = pytest.mark.skipif(not readable(), reason="other systems do not tell the peak")


def child(program: str) -> Any:
    """What a process of its own prints."""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return json.loads(run.stdout)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30))
@settings(deadline=None, max_examples=25)
def test_no_more_is_lent_than_there_is_and_everybody_has_a_turn(amounts: list[int]) -> None:
    budget, lock = Budget(100), Lock()
    reserved, most = [0], [0]

    def work(amount: int) -> int:
        with budget.reserve(amount):
            with lock:
                reserved[0] += amount
                most[0] = max(most[0], reserved[0])
            with lock:
                reserved[0] -= amount
        return amount

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, amounts)) == amounts
    assert most[0] <= 100


def test_who_needs_much_is_not_passed_by_those_who_need_little() -> None:
    budget, order = Budget(100), list[int]()

    def work(amount: int) -> None:
        with budget.reserve(amount):
            order.append(amount)

    with budget.reserve(50):
        workers = []
        for amount in (100, 10, 20):
            workers.append(Thread(target=work, args=[amount]))
            workers[-1].start()
            while workers[-1].is_alive() and len(budget._waiting) < len(workers):
                pass
        assert order == []
    for worker in workers:
        worker.join(30)
    assert order[0] == 100


def test_more_than_there_ever_is_is_refused() -> None:
    with pytest.raises(OverBudgetError), Budget(100).reserve(101):
        pass
    with Budget(100).reserve(100):
        pass


def test_a_picture_too_large_alone_is_refused_by_its_header() -> None:
    black = media(Image.new("L", (8000, 8000)))
    body = next(body for name, _, body in bodies(black, black) if name.startswith("edit BGSWAP"))
    assert "64000000 pixels" in refused("imagen-3.0-capability-001", body)


@linux
def test_no_task_takes_more_for_a_pixel_than_is_reserved_for_it() -> None:
    found = child(PEAKS)
    pixels = 1600 * 1000
    over = {}
    for name, reserved in found.items():
        task = _task(name.split()[0].strip(","))
        allowed = max(task.BYTES_PER_PIXEL, DECODING) * pixels + getattr(task, "BYTES_BESIDE", 0)
        if reserved > allowed + 12 * 2**20:  # what is made beside: a picture of 1024 by 1024
            over[name] = (round(reserved / pixels, 1), allowed / pixels)
    assert over == {}
    assert len(found) == 2 * len(list(bodies(*sent(8, 8))))


@linux
def test_calls_that_come_at_once_stay_within_the_budget_together() -> None:
    assert child(TOGETHER) < 220 * 2**20  # 300 without


def test_amounts_are_lent_in_the_order_of_asking() -> None:
    budget, order = Budget(1), list[int]()

    def work(number: int) -> None:
        with budget.reserve(1):
            order.append(number)

    with budget.reserve(1):
        workers = [Thread(target=work, args=[number]) for number in range(10)]
        for number, worker in enumerate(workers, 1):
            worker.start()
            while len(budget._waiting) < number:
                pass
    for worker in workers:
        worker.join(30)
    assert all(first < second for first, second in pairwise(order))
