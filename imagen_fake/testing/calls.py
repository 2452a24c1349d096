"""The calls that a fake received, as a list that can be filtered."""

from typing import Any

from imagen_fake.testing.expectations import CallT, is_like, require_names


class Calls(list[CallT]):
    """Calls, the oldest first."""

    def filter(self, **expected: Any) -> "Calls[CallT]":
        """The calls like that, as `assert_called_with` takes it.

        Raises TypeError for a field that no call has.
        """
        require_names(expected)
        return Calls(called for called in self if is_like(called, expected))
