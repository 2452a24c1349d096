"""An offline stand-in for Google's Imagen API."""

__version__ = "0.1.0"
