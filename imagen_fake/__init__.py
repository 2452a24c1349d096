"""An offline stand-in for Google's Imagen API."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagen_fake.config import Config
    from imagen_fake.fake import Fake
    from imagen_fake.interception import intercept
    from imagen_fake.transports import transport

__all__ = ["Config", "Fake", "ImagenFakeWarning", "__version__", "intercept", "transport"]

__version__ = "0.1.0"

WHERE = {
    "Config": "imagen_fake.config",
    "Fake": "imagen_fake.fake",
    "intercept": "imagen_fake.interception",
    "transport": "imagen_fake.transports",
}
"""The modules of what is imported when it is first asked for; they cost more than this one."""


class ImagenFakeWarning(UserWarning):
    """Something in a request that the service would silently ignore, or a model about to end."""


def __getattr__(name: str) -> Any:
    """One of the names that others use, from its module."""
    if name not in WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(WHERE[name]), name)
