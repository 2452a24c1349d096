"""An offline stand-in for Google's Imagen API."""

from imagen_fake.warning import ImagenFakeWarning, UnusedRuleWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from imagen_fake.config import Config, ConfigError
    from imagen_fake.directives.directives import DirectiveError
    from imagen_fake.migration.migrate import migrate
    from imagen_fake.migration.migration import Migration
    from imagen_fake.server.embedded import serve
    from imagen_fake.state.called import Called
    from imagen_fake.state.rule import Rule
    from imagen_fake.state.state import SettingError
    from imagen_fake.testing.fake import Fake, FakeProject
    from imagen_fake.testing.interception import intercept
    from imagen_fake.testing.routing import NetworkBlocked
    from imagen_fake.testing.served import ServedFake, connect
    from imagen_fake.testing.transports import transport
    from imagen_fake.verdict.findings import Finding
    from imagen_fake.verdict.verdict import Verdict
    from imagen_fake.version import __version__

__all__ = [
    "Called", "Config", "ConfigError", "DirectiveError", "Fake", "FakeProject", "Finding",
    "ImagenFakeWarning", "Migration", "NetworkBlocked", "Rule", "ServedFake", "SettingError",
    "UnusedRuleWarning", "Verdict", "__version__", "connect", "intercept", "migrate", "serve",
    "transport",
]  # fmt: skip
"""All that users need. Whatever has another name is private, and may change with any version."""

LATER = {
    "__version__": "imagen_fake.version",
    "Called": "imagen_fake.state.called",
    "Config": "imagen_fake.config",
    "ConfigError": "imagen_fake.config",
    "DirectiveError": "imagen_fake.directives.directives",
    "Fake": "imagen_fake.testing.fake",
    "FakeProject": "imagen_fake.testing.fake",
    "Finding": "imagen_fake.verdict.findings",
    "Migration": "imagen_fake.migration.migration",
    "NetworkBlocked": "imagen_fake.testing.routing",
    "Rule": "imagen_fake.state.rule",
    "ServedFake": "imagen_fake.testing.served",
    "SettingError": "imagen_fake.state.state",
    "Verdict": "imagen_fake.verdict.verdict",
    "connect": "imagen_fake.testing.served",
    "intercept": "imagen_fake.testing.interception",
    "migrate": "imagen_fake.migration.migrate",
    "serve": "imagen_fake.server.embedded",
    "transport": "imagen_fake.testing.transports",
}
"""The modules of names that are imported when somebody asks for them: they cost much more."""


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """One of the names in `LATER`, from its module."""
        if name not in LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(LATER[name]), name)
