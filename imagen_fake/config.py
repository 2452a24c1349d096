"""What a user may change about the fake. Flags and variables are read in `cli.py` only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal


class ConfigError(ValueError):
    """A setting that cannot be used here; the text says why."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the fake behaves; sizes are in bytes."""

    as_of: date | None = None
    """Answer as the service did on that day; None: every model answers."""
    strict: bool = False
    """Refuse what the service would silently ignore."""
    vary_unseeded: bool = False
    """Another picture for each equal call without a seed, as the service does."""
    include_rai_reason: bool | None = None
    """The default of includeRaiReason; None: what was observed of each model."""
    allowlisted: bool = True
    """Whether the project may use allow_all and block_none."""
    cache_bytes: int = 64 * 2**20
    """How much memory the kept answers may take."""
    max_body_bytes: int = 128 * 2**20
    """The largest request body that is read."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """The publisher model behind each tuned one, by the id of its endpoint."""
    auth: Literal["off", "any", "issued"] = "off"
    """Whether credentials are ignored, have to be there, or must be issued by this fake."""
    denied: frozenset[str] = frozenset()
    """Principals that have no permission."""
    project: str = "imagen-fake"
    """The project of the metadata server and its account."""
    keys: Path | None = None
    """The folder of the key that signs tokens; None: a new one that nobody else knows."""
    token_seconds: int | None = None
    """How long an access token lives; None: as long as Google's."""
    storage: Path | Literal["gs"] | None = None
    """The folder that stands in for Cloud Storage; None: a temporary one; `gs`: the real one."""
    rules: tuple[str, ...] = ()
    """Rules there are from the start, as directives."""
