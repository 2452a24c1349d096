"""An offline stand-in for Google's Imagen API."""

__version__ = "0.1.0"


class ImagenFakeWarning(UserWarning):
    """Something in a request that the service would silently ignore, or a model about to end."""
