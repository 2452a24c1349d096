from typing import Any

from imagen_fake.state.state import State
from imagen_fake.surfaces.control_calls import serialize_call, serialize_summary
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.served_call import ServedCall
from tests.testing.test_fake import ask

SAME = ("number", "project", "surface", "method", "path", "model", "task", "status", "prompt",
        "headers", "body", "instance", "parameters", "answer", "directives")  # fmt: skip


def test_it_is_as_the_fake_recorded_it_and_fetched_once() -> None:
    fake, fetched = Fake(State()), list[str]()
    fake.rule("seed=1 times=1")
    assert [ask(fake, "a pear" + "s" * 600, sampleCuont=2), ask(fake, sampleCount=99)] == [200, 400]
    for recorded in fake.calls:

        def fetch(path: str) -> Any:
            fetched.append(path)
            return serialize_call(recorded)  # noqa: B023 (it is used in the same turn)

        served = ServedCall(serialize_summary(recorded), fetch)
        assert fetched == [f"calls/{number}" for number in range(1, recorded.number)]
        assert [getattr(served, name) for name in SAME] == [
            getattr(recorded, name) for name in SAME
        ]
        assert served.warnings == list(recorded.warnings)
        assert repr(served) == repr(recorded)
        assert served.time.endswith("+00:00")
    assert fetched == ["calls/1", "calls/2"]
