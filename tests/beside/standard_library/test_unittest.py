"""Test cases of unittest's, run by unittest itself and by pytest."""

import subprocess
import sys
import unittest

import pytest

import imagen_fake
from imagen_fake import Fake
from tests.beside.asking import ask


class Intercepted(unittest.TestCase):
    """One fake for all tests of a class."""

    fake: Fake

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fake = cls.enterClassContext(imagen_fake.intercept())

    def setUp(self) -> None:
        self.fake.reset()

    def test_an_error(self) -> None:
        self.fake.rule("error=503 times=1")
        with pytest.raises(OSError, match="503"):
            ask()
        assert ask() == 2

    def test_the_next_test_is_not_disturbed(self) -> None:
        assert ask() == 2
        assert len(self.fake.calls) == 1


class Served(unittest.IsolatedAsyncioTestCase):
    """A fake for each test, whose event loop runs already."""

    async def asyncSetUp(self) -> None:
        self.fake = self.enterContext(imagen_fake.serve())

    async def test_on_the_loop(self) -> None:
        assert ask(self.fake.url) == 2
        assert len(self.fake.calls) == 1

    @imagen_fake.intercept()
    async def test_decorated(self) -> None:
        assert ask() == 2
        assert self.fake.calls == []


@pytest.mark.usefixtures("imagen_intercept")
class Used(unittest.TestCase):
    """Fixtures of pytest's, as far as a test case may use them."""

    @pytest.fixture(autouse=True)
    def _take(self, imagen_intercept: Fake) -> None:
        self.fake = imagen_intercept

    @pytest.mark.imagen_fake("error=503 times=1")
    def test_marked(self) -> None:
        with pytest.raises(OSError, match="503"):
            ask()
        assert len(self.fake.calls) == 1


def test_the_same_without_pytest() -> None:
    names = [f"{__name__}.{case.__name__}" for case in (Intercepted, Served)]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "unittest", *names],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr.endswith("\nOK\n"), done.stderr
    assert "Ran 4 tests" in done.stderr
