"""What a user may change about the fake. Flags and variables are read in `cli/` only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Self, Union, get_args, get_origin

DirectiveSources = Literal["all", "header", "off"]
"""Where directives are taken from: prompts and the header, the header alone, neither."""

Switch = Literal["on", "off"]

AuthMode = Literal["off", "any", "issued"]
"""Whether credentials are ignored, have to be there, or must be issued by this fake."""

DEFAULT_PROJECT = "imagen-fake"


class ConfigError(ValueError):
    """A setting that cannot be used here; the text says why."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the fake behaves; sizes are in bytes.

    Raises ConfigError for a value of another type than its field's, and for an impossible one
    such as a negative size or an unknown model.
    """

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
    approved: bool = True
    """Whether the project may ask for pictures of adults."""
    cache_bytes: int = 64 * 2**20
    """How much memory the kept answers may take."""
    journal_bytes: int = 32 * 2**20
    """How much memory the calls may take that are remembered."""
    max_body_bytes: int = 128 * 2**20
    """The largest request body that is read."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """The publisher model behind each tuned one, by the id of its endpoint."""
    auth: AuthMode = "off"
    """Whether credentials are ignored, have to be there, or must be issued by this fake."""
    denied: frozenset[str] = frozenset()
    """Principals that have no permission."""
    project: str = DEFAULT_PROJECT
    """The project of the metadata server and its account."""
    keys: Path | None = None
    """The folder of the key that signs tokens; None: a new one that nobody else knows."""
    token_seconds: int | None = None
    """How long an access token lives; None: as long as Google's."""
    storage: Path | Literal["gs"] | None = None
    """The folder that stands in for Cloud Storage; None: a temporary one; `gs`: the real one."""
    directives: DirectiveSources = "all"
    """Where callers may give directives; rules always hold."""
    caption: Switch = "on"
    """Whether prompt and label stand on pictures; without, a picture fills its whole height."""
    c2pa: bool = False
    """Whether files carry a C2PA manifest, signed by the fake, where the service's do."""
    rules: tuple[str, ...] = ()
    """Rules there are from the start, as directives."""
    allow_origins: tuple[str, ...] = ()
    """Origins of further pages that may ask for what is the fake's own."""
    allow_hosts: tuple[str, ...] = ()
    """Further names, addresses and patterns by which it may be called, without ports."""

    def __post_init__(self) -> None:
        for field_ in fields(self):
            value = getattr(self, field_.name)
            if not _matches_type(value, field_.type):
                raise ConfigError(
                    f"{field_.name} must be {_type_name(field_.type)}, not {_short(value)}."
                )
        from imagen_fake.config_checks import check_values  # importing a config stays cheap

        try:
            check_values(self)
        except ValueError as error:
            raise ConfigError(str(error)) from None

    @classmethod
    def of(cls, config: Any) -> Self:
        """The config itself, the defaults for None. Raises ConfigError for anything else."""
        if config is None:
            return cls()
        if isinstance(config, cls):
            return config
        raise ConfigError(f"A config must be imagen_fake.config.Config, not {_short(config)}.")


EXCLUDED_SUBTYPES: Mapping[type, type] = {int: bool, date: datetime}
"""Types whose values pass for another's but do not behave like them."""


def _matches_type(value: Any, expected: Any) -> bool:
    """Whether a value has the type of a field's annotation."""
    kind, parts = get_origin(expected), get_args(expected)
    if kind in (Union, UnionType):
        return any(_matches_type(value, part) for part in parts)
    if kind is Literal:
        return value in parts
    kind = kind or expected
    if not isinstance(value, kind) or isinstance(value, EXCLUDED_SUBTYPES.get(kind, ())):
        return False
    if isinstance(value, Mapping):
        return all(
            _matches_type(*pair) for item in value.items() for pair in zip(item, parts, strict=True)
        )
    return not parts or all(_matches_type(item, parts[0]) for item in value)


def _type_name(expected: Any) -> str:
    """An annotation as error messages show it."""
    kind = get_origin(expected)
    if kind in (Union, UnionType):
        return " or ".join(_type_name(part) for part in get_args(expected))
    if kind is Literal:
        return " or ".join(map(repr, get_args(expected)))
    if expected is NoneType:
        return "None"
    return expected.__name__ if kind is None else str(expected).rpartition("abc.")[2]


def _short(value: Any) -> str:
    return repr(value)[:80]
