"""An offline stand-in for Google's Imagen API."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from imagen_fake.config import Config
    from imagen_fake.testing.fake import Fake
    from imagen_fake.testing.interception import intercept
    from imagen_fake.testing.transports import transport
    from imagen_fake.version import __version__

__all__ = ["Config", "Fake", "ImagenFakeWarning", "__version__", "intercept", "transport"]

LATER = {
    "__version__": "imagen_fake.version",
    "Config": "imagen_fake.config",
    "Fake": "imagen_fake.testing.fake",
    "intercept": "imagen_fake.testing.interception",
    "transport": "imagen_fake.testing.transports",
}
"""The modules of names that are imported when somebody asks for them: they cost much more."""


class ImagenFakeWarning(UserWarning):
    """Something in a request that the service would silently ignore, or a model about to end."""


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """One of the names in `LATER`, from its module."""
        if name not in LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(LATER[name]), name)
