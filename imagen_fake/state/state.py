"""The state of a fake between calls, and the settings that may change while it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from traceback import format_exception
from typing import TYPE_CHECKING, Any, Literal, get_args

from imagen_fake.auth.access import Access
from imagen_fake.config import Config, DirectiveSources, Switch
from imagen_fake.state.journal import Journal
from imagen_fake.state.rules import Rules
from imagen_fake.state.snapshot import Generation, Snapshot, response_cache
from imagen_fake.storage.objects import Guard, NewObject, always

if TYPE_CHECKING:
    from imagen_fake.storage.bucket import Bucket
    from imagen_fake.storage.embedded import Storage

MAX_ERROR_LENGTH = 10_000
"""How many characters of a traceback are kept, its last ones."""


class State:
    """The configuration, calls, rules, cached answers and stored objects of one fake.

    Raises ConfigError for a storage or a signing key that cannot be used and for a config that is
    none.
    """

    def __init__(self, config: Config | None = None) -> None:
        config = Config.of(config)
        self.config = self._initial = config
        self.responses = response_cache(config.cache_bytes)
        self.access = Access(config)
        self._storing = Lock()
        self._storage: Storage | Bucket | None = None
        if config.storage is not None:
            _ = self.storage  # what cannot be used is an error at the start
        self.generation = Generation(config)

    def snapshot(self) -> Snapshot:
        """The state for one call that begins now."""
        return Snapshot(self.config, Objects(self), self.generation, self.responses)

    @property
    def storage(self) -> "Storage | Bucket":
        """What keeps the objects; made when it is first asked for: most calls name none."""
        with self._storing:
            if self._storage is None:
                self._storage = _storage(self._initial.storage)
            return self._storage

    @property
    def journal(self) -> Journal:
        """The calls since the last reset."""
        return self.generation.journal

    @property
    def errors(self) -> list[str]:
        """The tracebacks of failures of the fake's own since the last reset."""
        return self.errors_of(None)

    def errors_of(self, project: str | None) -> list[str]:
        """The tracebacks of those in calls of a project; all for None."""
        return [text for name, text in self.generation.errors.copy() if project in (None, name)]

    def note_error(self, error: Exception, project: str = "") -> None:
        """Keep the traceback of a failure of the fake's own in a call of a project."""
        text = "".join(format_exception(error))[-MAX_ERROR_LENGTH:]
        self.generation.errors.append((project, text))

    @property
    def rules(self) -> Rules:
        """The rules for calls to come."""
        return self.generation.rules

    def configure(self, **changes: Any) -> None:
        """Change settings until the next `reset`; `CHANGEABLE` names those that can be."""
        # Replace the cache, too: answers computed under the old settings are discarded.
        self.config = replace(self.config, **changes)
        self.responses = response_cache(self.config.cache_bytes)

    def reset(self, project: str | None = None) -> None:
        """Forget calls, rules, objects and links; back to the settings at the start.

        Of a project, forget its calls, rules, counts and quotas alone: settings, clock and objects
        are everybody's. What began before leaves nothing behind.
        """
        if project is not None:
            self.generation.reset(project)
            return
        before, self.generation = self.generation, Generation(self._initial)
        before.end()
        if self.config != self._initial:
            self.config, self.responses = self._initial, response_cache(self._initial.cache_bytes)
        folder = getattr(self._storage, "folder", None)
        if folder is not None:  # the embedded one was used
            folder.reset()

    def release_files(self) -> None:
        """Delete the temporary folder of objects, if there is one."""
        folder = getattr(self._storage, "folder", None)
        if folder is not None:
            folder.release()


class Objects:
    """The objects of a state; its storage is made when one is first read or written."""

    def __init__(self, state: State) -> None:
        self._state = state

    def read(self, uri: str, limit: int) -> bytes:
        """The bytes of an object, as the storage gives them."""
        return self._state.storage.read(uri, limit)

    def put(self, pictures: Sequence[NewObject], guard: Guard = always) -> None:
        """Write all pictures, as the storage does."""
        self._state.storage.put(pictures, guard)


def _storage(where: Path | Literal["gs"] | None) -> "Storage | Bucket":
    if where == "gs":
        from imagen_fake.storage.bucket import Bucket

        return Bucket()
    from imagen_fake.storage.embedded import Storage

    return Storage(where)


CHANGEABLE = (
    "as_of", "strict", "vary_unseeded", "include_rai_reason", "allowlisted", "approved",
    "directives", "caption",
)  # fmt: skip
CHOICES = {"directives": get_args(DirectiveSources), "caption": get_args(Switch)}
"""The values of settings that are words. All others are true or false, but for the day `as_of`."""


class SettingError(ValueError):
    """A setting that is not there, or a value that it cannot have; the text says what can be."""


def changeable_settings(config: Config) -> Mapping[str, Any]:
    """The changeable settings of a fake; the day in ISO format."""
    values = {name: getattr(config, name) for name in CHANGEABLE}
    return {**values, "as_of": config.as_of.isoformat() if config.as_of else None}


def parse_changes(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes to a Config, parsed. Raises SettingError."""
    return {name: _parse(name, value) for name, value in values.items()}


def _parse(name: str, value: Any) -> Any:
    if name not in CHANGEABLE:
        raise SettingError(f"{name[:80]!r} cannot be changed; what can is {', '.join(CHANGEABLE)}.")
    if name == "as_of":
        return parse_date(value)
    if name in CHOICES:
        valid, expected = value in CHOICES[name], f"one of {', '.join(CHOICES[name])}"
    else:
        valid, expected = isinstance(value, bool), "true or false"
    if not valid and not (name == "include_rai_reason" and value is None):
        raise SettingError(f"{name} is {expected}, not {str(value)[:80]!r}.")
    return value


def parse_date(value: Any) -> date | None:
    """The day that a text in ISO format names; None and a day are themselves.

    Raises SettingError.
    """
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise SettingError(f"as_of is a day such as 2026-08-18, not {str(value)[:80]!r}.") from None
