"""A fake as one test of pytest uses it: what happened in that test alone."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imagen_fake.state.rule import Rule
from imagen_fake.testing.assertions import FAILED
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.unused_rules import explain, is_unused
from imagen_fake.warning import ImagenFakeWarning, UnusedRuleWarning


@dataclass(frozen=True)
class Use:
    """A fake, how many calls and errors it had before a test, and the rules of others."""

    fake: Fake
    calls: int = 0
    errors: int = 0
    rules: Sequence[Rule] = ()

    def warnings(self) -> Iterator[ImagenFakeWarning]:
        """What the service would have ignored in the calls of the test; its rules without use."""
        calls = [called for called in self.fake.calls if called.number > self.calls]
        ignored = {text for called in calls for text in called.warnings}
        yield from map(ImagenFakeWarning, sorted(ignored))
        own = [rule for rule in self.fake.rules if not any(rule is other for other in self.rules)]
        yield from (UnusedRuleWarning(explain(rule, calls)) for rule in own if is_unused(rule))

    def failures(self) -> list[str]:
        """Where the fake itself failed in the calls of the test."""
        return [f"{FAILED}\n{text}" for text in self.fake.errors[self.errors :]]


def use_now(fake: Fake) -> Use:
    """The use of a fake from now on."""
    return Use(fake, fake.state.journal.total, len(fake.errors), fake.rules)


def finish(fake: Fake) -> None:
    """Reset a fake once it has begun with all that the test sent."""
    if fake.url:
        _flush_connections(fake.url)
    fake.reset()


def _flush_connections(url: str) -> None:
    """Wait until a server has begun with all that was sent before, even if its client has gone.

    Connections are taken in their order. A reset ends what has begun, and nothing else.
    """
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"GET /_fake/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        while connection.recv(2**16):
            pass
