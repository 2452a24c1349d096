import socket
from unittest.mock import patch

from imagen_fake import UnusedRuleWarning, serve
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.use import Use, finish, use_now
from tests.testing.test_fake import ask


def test_what_had_no_effect_is_told_in_order() -> None:
    fake = Fake(State())
    fake.rule("drop times=0")
    ask(fake, sampleCuont=2)
    ask(fake, sampleCuont=2)
    ignored, unused = Use(fake).warnings()
    assert "Did you mean sampleCount?" in str(ignored)
    assert str(unused).startswith("rule-1 'drop times=0' was never applied: its turn never came")
    assert [type(one) is UnusedRuleWarning for one in (ignored, unused)] == [False, True]


def fail_once(fake: Fake) -> None:
    with patch.object(fake.state.rules, "apply_directives", None):
        assert ask(fake) == 500


def test_what_was_before_is_none_of_its_own() -> None:
    fake = Fake(State())
    fake.rule("seed=1 prompt=*plum*")
    ask(fake, sampleCuont=2)
    fail_once(fake)
    use = use_now(fake)
    assert (list(use.warnings()), use.failures()) == ([], [])
    ask(fake, negativeProm="x")
    fail_once(fake)
    fake.rule("drop prompt=*plum*")
    ignored, unused = use.warnings()
    assert ("negativeProm" in str(ignored), "'drop prompt" in str(unused)) == (True, True)
    [failure] = use.failures()
    assert failure.startswith("imagen-fake failed, please report it:\nTraceback")


def test_a_finished_fake_has_forgotten_even_what_nobody_waited_for() -> None:
    with serve() as fake:
        host, port = fake.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
        finish(fake)
        assert (fake.calls, fake.state.journal.total) == ([], 0)


def test_an_equal_rule_of_anothers_is_told_from_its_own() -> None:
    fake = Fake(State())
    fake.rule("drop", name="mine")
    use = use_now(fake)
    fake.rule("drop", name="mine")
    assert len(list(use.warnings())) == 1
