"""The warnings that users may filter, by their names in `imagen_fake`."""


class ImagenFakeWarning(UserWarning):
    """Something in a request that the service would silently ignore, or a model about to end."""


class UnusedRuleWarning(ImagenFakeWarning):
    """A rule of a test that was applied to no call."""
