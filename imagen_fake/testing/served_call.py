"""A call that a served fake recorded, as its control API tells it."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any


class ServedCall:
    """A recorded call; what is more than a line of the list is fetched when it is first looked at.

    In `body`, `instance` and `answer` a picture is replaced by its MIME type, size in pixels and
    bytes, and SHA-256.
    """

    def __init__(self, summary: Mapping[str, Any], fetch: Callable[[str], Any]) -> None:
        self._fetch = fetch
        self.number: int = summary["number"]
        self.time: str = summary["time"]
        """In UTC, as ISO 8601 has it."""
        self.project: str = summary["project"]
        self.surface: str = summary["surface"]
        self.method: str = summary["method"]
        self.path: str = summary["path"]
        self.model: str = summary["model"]
        self.task: str | None = summary["task"]
        self.status: int = summary["status"]
        self.seconds: float = summary["seconds"]
        self.warnings: list[str] = summary["warnings"]
        self.directives: Mapping[str, Any] = summary["directives"]
        self._prompt: str = summary["prompt"]

    def __repr__(self) -> str:
        return f"<call {self.number} on {self.surface}: {self.model} -> {self.status}>"

    @property
    def prompt(self) -> str:
        """The prompt; of a large request its first 500 characters."""
        return str(self.instance.get("prompt", self._prompt))

    @property
    def headers(self) -> Mapping[str, str]:
        """By name in lower case; credentials are redacted."""
        headers: Mapping[str, str] = self._whole["headers"]
        return headers

    @property
    def body(self) -> Any:
        """The body as it was sent, parsed; a text if it is no JSON."""
        return self._whole["body"]

    @property
    def instance(self) -> Mapping[str, Any]:
        """The instance in canonical spelling; empty if the request was invalid."""
        instance: Mapping[str, Any] = self._whole["instance"]
        return instance

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters in canonical spelling, with defaults; empty if the request was invalid."""
        parameters: Mapping[str, Any] = self._whole["parameters"]
        return parameters

    @property
    def answer(self) -> Any:
        """The body of the answer, parsed."""
        return self._whole["answer"]

    @cached_property
    def _whole(self) -> Mapping[str, Any]:
        whole: Mapping[str, Any] = self._fetch(f"calls/{self.number}")
        return whole
