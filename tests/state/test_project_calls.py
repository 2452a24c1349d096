import json

from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Called
from imagen_fake.state.project_calls import ProjectCalls, Shed
from tests.state.test_journal import Asking, noise_body


def called(number: int, raw: bytes = b"{}") -> Called:
    one = Called(0.0, Asking(raw), Answer(200, b"{}"), 0.0)
    one.number = number
    one.summarize()
    return one


def filled(count: int, raw: bytes = b"{}") -> ProjectCalls:
    calls = ProjectCalls()
    for number in range(1, count + 1):
        calls.add(called(number, raw))
    return calls


def test_the_size_is_that_of_the_calls_whatever_is_dropped() -> None:
    calls = filled(3, json.dumps(noise_body()).encode())
    while len(calls):
        assert calls.size == sum(one.size for one in calls)
        calls.shed_part()
    assert calls.size == 0


def test_bodies_go_before_thumbnails_and_those_before_calls() -> None:
    calls = filled(2, json.dumps(noise_body()).encode())
    shed = []
    while len(calls):
        calls.shed_part()
        shed.append(calls.shed)
    assert shed == [
        Shed(1, 0, 0), Shed(2, 0, 0), Shed(2, 1, 0), Shed(2, 2, 0), Shed(2, 2, 1), Shed(2, 2, 2),
    ]  # fmt: skip


def test_the_oldest_call_goes_first_and_its_body_is_not_shed_any_more() -> None:
    calls = filled(3)
    calls.drop()
    assert ([one.number for one in calls], calls.get(1)) == ([2, 3], None)
    calls.shed_part()
    assert (calls.shed, [one.body for one in calls]) == (Shed(1, 0, 1), [None, {}])


def test_a_call_that_was_dropped_weighs_nothing_any_more() -> None:
    calls = filled(1)
    [one] = calls
    calls.drop()
    calls.weigh(one)
    assert calls.size == 0
