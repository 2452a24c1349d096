"""What a run sends its cases to, and what its probes need beside."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, Protocol

from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.targets.addresses import HOST, build_request

Kind = Literal["inside", "url", "live"]


class ConfiguredTarget(Protocol):
    """A target with a certain setting, for probes."""

    @property
    def variables(self) -> dict[str, str]:
        """The values that requests may refer to by name."""

    def ask(self, request: Request) -> Response:
        """The answer. Raises OSError where none comes."""

    def request(self, case: Case) -> Request:
        """The request of a case."""

    def url(self, path: str) -> str:
        """The URL of a path."""


class Target(ABC):
    """Something that answers as the service does, or ought to.

    `name` is that of reports. `kind` is `inside` for the fake in this process, whose watermark can
    be read, and `live` for a service whose models may be retired.
    """

    name: str
    kind: Kind

    @abstractmethod
    def ask(self, request: Request) -> Response:
        """The answer. Raises OSError where none comes."""

    def ask_together(self, requests: Sequence[Request]) -> list[Response]:
        """The answers to requests that are sent at once, in order. Raises OSError as `ask` does."""
        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(self.ask, requests))

    def request(self, case: Case) -> Request:
        """The request of a case; without a URL of the target, at a host that does not exist."""
        return build_request(case, HOST)

    def close(self) -> None:  # noqa: B027 (most targets hold nothing)
        """Release what the target holds, such as a connection."""

    def configure(self, setting: str) -> ConfiguredTarget | None:  # noqa: ARG002 (of overrides)
        """The target with a setting; None where it cannot be set so."""
        return None
